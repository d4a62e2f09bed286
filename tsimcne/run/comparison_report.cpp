#include "tsimcne/run/comparison_report.hpp"

#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/comparison_page.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/layout/pca.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/measure/report.hpp"
#include "tsimcne/methods/pixel_rows.hpp"
#include "tsimcne/picture/side_by_side.hpp"
#include "tsimcne/run/comparison_table.hpp"
#include "tsimcne/run/run_folder.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr int64_t reference_components = 50;

/// What all maps are measured by.
struct Reference {
  Map map;           // its rows, as points, of the images of all maps
  std::string name;  // "the first 50 principal components of the pixels"
  bool of_images;    // whose features are others
};

Map map_of(Matrix points, const Catalog& catalog) {
  Map map;
  map.points = std::move(points);
  map.catalog = catalog;
  return map;
}

std::optional<ImageSet> images_of(const Comparison& comparison, const std::string& name) {
  const fs::path pack = RunFolder::read(comparison.folder_of(name)).pack();
  return fs::exists(pack) ? std::optional(read_pack(pack)) : std::nullopt;
}

Reference reference_of(const Comparison& comparison, const std::string& name,
                       const Catalog& catalog) {
  const std::optional<ImageSet> images = images_of(comparison, name);
  if (!images) {
    Matrix rows = read_number_rows(comparison.settings().path("input")).numbers;
    return {map_of(std::move(rows), catalog), "the rows themselves", false};
  }
  const RowSource pixels = pixels_of(*images);
  const int64_t components = std::min({reference_components, pixels.rows, pixels.cols});
  Matrix rows = project(principal_axes(pixels, components), pixels);
  images->expect_whole();
  return {map_of(std::move(rows), catalog),
          fmt::format("the first {} principal components of the pixels", components), true};
}

const Figure* find_figure(const Report& report, std::string_view key) {
  for (const Measure& measure : report.measures) {
    const auto found = std::ranges::find(measure.figures, key, &Figure::key);
    if (found != measure.figures.end()) return &*found;
  }
  return nullptr;
}

std::optional<double> value_of(const Figure* figure) {
  return figure == nullptr ? std::nullopt : std::optional(figure->value);
}

Map without_labels(const Map& map) {
  Map bare = map_of(map.points, map.catalog);
  bare.catalog.label_names.clear();
  std::ranges::fill(bare.catalog.labels, -1);
  return bare;
}

/// The share of an image's nearest by the features of its own run that are near it on the map.
std::optional<double> features_kept(const Map& map) {
  if (map.features.empty()) return std::nullopt;
  const Map bare = without_labels(map);
  const Map features = map_of(map.features, map.catalog);
  return value_of(
      find_figure(measure_map(bare, {.against = &features}), "against/neighbours_kept"));
}

const Figure* accuracy_in(const Report& report) {
  const Figure* const official = find_figure(report, "knn_accuracy/map/official_split");
  return official != nullptr ? official : find_figure(report, "knn_accuracy/map/random_splits");
}

/// How the maps were measured, in sentences.
std::vector<std::string> notes_on(const Report& report, const Reference& reference) {
  std::vector<std::string> notes;
  if (const Figure* const accuracy = accuracy_in(report)) {
    notes.push_back(fmt::format(
        "kNN accuracy: the share of test images whose label is the most frequent one "
        "among their 15 nearest training images on the map ({}{} {}).",
        accuracy->repetitions > 1 ? fmt::format("mean of {} random splits, ", accuracy->repetitions)
                                  : std::string("official split, "),
        accuracy->sample, accuracy->unit));
  }
  if (const Figure* const kept = find_figure(report, "against/neighbours_kept")) {
    notes.push_back(fmt::format(
        "Neighbours kept and trustworthiness: of the 15 nearest by {}, measured on {}{} {}.",
        reference.name, kept->sample < report.images ? "a random " : "", kept->sample, kept->unit));
  }
  return notes;
}

/// Time and memory, with those of the run whose features it takes.
void add_cost(const Comparison& comparison, ComparedFigures& row) {
  const RunRecord& own = comparison.record(row.name);
  row.seconds = own.seconds;
  row.memory = own.memory;
  const std::string& on = comparison.run(row.name).on;
  if (on.empty()) return;
  const RunRecord& other = comparison.record(on);
  row.memory = std::max(row.memory, other.memory);
  row.seconds =
      own.seconds && other.seconds ? std::optional(*own.seconds + *other.seconds) : std::nullopt;
}

/// The input's own name, also of "photos/".
std::string title_of(const Comparison& comparison) {
  const fs::path input = comparison.settings().path("input");
  return (input.has_filename() ? input : input.parent_path()).filename().string();
}

void write_maps(const Comparison& comparison, const ComparisonReport& report,
                const PageTable& table) {
  std::vector<TitledMap> titled;
  ComparisonPage page;
  page.title = title_of(comparison);
  page.table = table;
  auto map = report.maps.begin();
  for (const ComparedFigures& row : report.rows) {
    if (!row.problem.empty()) continue;
    const std::string figure = main_figure_of(row);
    titled.push_back({&*map, row.name, figure});
    page.maps.push_back({row.name, figure, &*map});
    if (map == report.maps.begin()) page.images = images_of(comparison, row.name);
    ++map;
  }
  draw_side_by_side(titled, comparison.path() / "maps.png");
  draw_side_by_side(titled, comparison.path() / "maps.svg");
  export_comparison(page, comparison.path() / "report.html");
}

}  // namespace

ComparisonReport measure_comparison(const Comparison& comparison, const MeasureProgress& progress) {
  ComparisonReport result;
  std::optional<Reference> reference;
  for (const std::string& name : comparison.names()) {
    ComparedFigures row;
    row.name = name;
    add_cost(comparison, row);
    try {
      if (!comparison.is_finished(name)) {
        const std::string& problem = comparison.record(name).problem;
        fail("{}", problem.empty() ? "it has not been run" : problem);
      }
      if (progress) progress(name);
      Map map = read_map(comparison.folder_of(name), /*with_features=*/true);
      if (!reference) reference = reference_of(comparison, name, map.catalog);
      if (reference->of_images) row.features_kept = features_kept(map);
      map.features = {};
      const Report report = measure_map(
          map, {.name = name, .against = &reference->map, .against_name = reference->name});
      row.accuracy = value_of(accuracy_in(report));
      row.kept = value_of(find_figure(report, "against/neighbours_kept"));
      row.trustworthiness = value_of(find_figure(report, "against/trustworthiness"));
      if (result.maps.empty()) result.notes = notes_on(report, *reference);
      result.maps.push_back(std::move(map));
    } catch (const Error& error) {
      row.problem = error.what();
    }
    result.rows.push_back(std::move(row));
  }
  if (std::ranges::any_of(result.rows,
                          [](const auto& row) { return row.features_kept.has_value(); })) {
    result.notes.emplace_back(
        "Features kept: the same by the features that a method's own map was made of, which differ "
        "from method to method.");
  }
  return result;
}

void write_report(const Comparison& comparison, const ComparisonReport& report) {
  const PageTable table = table_of(report);
  write_whole_file(comparison.path() / "report.csv", csv_of(report));
  write_whole_file(comparison.path() / "report.md", markdown_of(table));
  if (!report.maps.empty()) return write_maps(comparison, report, table);
  for (const char* const name : {"maps.png", "maps.svg", "report.html"}) {
    fs::remove(comparison.path() / name);
  }
}

}  // namespace tsimcne
