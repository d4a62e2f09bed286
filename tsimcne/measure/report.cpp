#include "tsimcne/measure/report.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/measure/by_labels.hpp"
#include "tsimcne/measure/faithfulness.hpp"
#include "tsimcne/measure/rows.hpp"

namespace tsimcne {

namespace {

constexpr double comparison_work = 4e10;  // multiplications of a search for neighbours
constexpr double fewest_compared = 500, most_compared = 5000;  // rows
constexpr int64_t pairs_compared = 100000;

/// What a map is compared with.
struct Reference {
  std::string key;   // before the figures' own
  std::string name;  // "features"
  MatrixView points;
};

/// The measures of how much of a reference a map keeps, which have a figure a reference.
struct Kept {
  Measure neighbours{"Neighbours kept",
                     "the share of an image's k nearest by a reference that are also among its k "
                     "nearest on the map",
                     {}};
  Measure trust{"Trustworthiness",
                "1 where all that is near on the map is near by the reference too, 1/2 by chance",
                {}};
  Measure continuity{
      "Continuity",
      "1 where all that is near by the reference is near on the map too, 1/2 by chance",
      {}};
  Measure correlation{"Correlation of distances",
                      "Spearman's, of distances on the map and by the reference, -1 to 1",
                      {}};
};

void compare_ranks(const Map& map, const Reference& reference, const NeighborsInBoth& both,
                   Kept& kept, Report& report) {
  if (map.size() < 3) {
    report.left_out.push_back(fmt::format(
        "Trustworthiness and continuity by {} are left out, since {} images are too few for ranks.",
        reference.name, map.size()));
    return;
  }
  const auto figure = [&](const char* key, double value) {
    return Figure{
        reference.key + key,
        fmt::format("by {}, k = {}", reference.name, std::min(both.on_map.k, (map.size() - 1) / 2)),
        value,
        {},
        1,
        std::ssize(both.rows),
        "images"};
  };
  kept.trust.figures.push_back(figure("trustworthiness", trustworthiness(reference.points, both)));
  kept.continuity.figures.push_back(figure("continuity", continuity(map.points, both)));
}

void compare_distances(const Map& map, const Reference& reference, Kept& kept, Report& report) {
  const auto correlation =
      distance_correlation(map.points, reference.points, pairs_compared, /*seed=*/0);
  if (!correlation) {
    report.left_out.push_back(fmt::format(
        "The correlation of distances by {} is left out, since there are no two that differ.",
        reference.name));
    return;
  }
  const int64_t pairs = std::min(pairs_compared, map.size() * (map.size() - 1) / 2);
  kept.correlation.figures.push_back({reference.key + "distance_correlation",
                                      "by " + reference.name,
                                      *correlation,
                                      {},
                                      1,
                                      pairs,
                                      "pairs of images"});
}

void compare(const Map& map, const Reference& reference, int64_t k, Kept& kept, Report& report) {
  if (map.size() < 2) {
    report.left_out.push_back(fmt::format(
        "What is kept of {} is left out, since a single image has no neighbours.", reference.name));
    return;
  }
  const double work_a_row = static_cast<double>(map.size() * reference.points.cols);
  const double rows = std::clamp(comparison_work / work_a_row, fewest_compared, most_compared);
  const NeighborsInBoth both =
      find_in_both(map.points, reference.points, k, static_cast<int64_t>(rows), /*seed=*/0);
  kept.neighbours.figures.push_back({reference.key + "neighbours_kept",
                                     fmt::format("by {}, k = {}", reference.name, both.on_map.k),
                                     neighbours_kept(both),
                                     {},
                                     1,
                                     std::ssize(both.rows),
                                     "images"});
  compare_ranks(map, reference, both, kept, report);
  compare_distances(map, reference, kept, report);
}

void check_same_images(const Catalog& images, const ReportOptions& options) {
  const Catalog& others = options.against->catalog;
  if (images.size() != others.size()) {
    fail("{} is a map of {} images and {} of {}; expected maps of the same images", options.name,
         images.size(), options.against_name, others.size());
  }
  const auto is_other = [](const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && a != b;
  };
  for (size_t i = 0; i < images.paths.size(); ++i) {
    if (!is_other(images.paths[i], others.paths[i])) continue;
    fail("row {} is {} in {} and {} in {}; expected maps of the same images in the same order", i,
         images.paths[i], options.name, others.paths[i], options.against_name);
  }
}

void check_parts(const Map& map, const ReportOptions& options) {
  check_finite(map.points, "the points of " + options.name);
  check_finite(map.features, "the features of " + options.name);
  if (options.against == nullptr) return;
  check_same_images(map.catalog, options);
  check_finite(options.against->points, "the points of " + options.against_name);
}

}  // namespace

Report measure_map(const Map& map, const ReportOptions& options) {
  std::vector<Reference> references;
  if (!map.features.empty()) references.push_back({"", "features", map.features});
  if (options.against != nullptr) {
    references.push_back({"against/", options.against_name, options.against->points});
  }
  if (!map.catalog.has_labels() && references.empty()) {
    fail("{} has neither labels nor features, so there is nothing to measure", options.name);
  }
  check_parts(map, options);
  Report report;
  report.images = map.size();
  report.k = options.k;
  measure_by_labels(map, options, report);
  Kept kept;
  for (const Reference& reference : references) compare(map, reference, options.k, kept, report);
  for (Measure* measure : {&kept.neighbours, &kept.trust, &kept.continuity, &kept.correlation}) {
    if (!measure->figures.empty()) report.measures.push_back(std::move(*measure));
  }
  return report;
}

}  // namespace tsimcne
