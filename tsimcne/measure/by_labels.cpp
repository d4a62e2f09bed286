#include "tsimcne/measure/by_labels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "tsimcne/error.hpp"
#include "tsimcne/measure/clustering.hpp"
#include "tsimcne/measure/division.hpp"
#include "tsimcne/measure/groups.hpp"
#include "tsimcne/measure/linear_probe.hpp"
#include "tsimcne/measure/measure.hpp"
#include "tsimcne/measure/rows.hpp"

namespace tsimcne {

namespace {

constexpr std::array<uint64_t, 3> split_seeds = {0, 1, 2};
constexpr int64_t few_neighbors = 5;
constexpr int64_t most_sampled = 10000;  // rows that are tested, or among which all pairs count

// What is worth its time, in multiplications; on two cores each is a few seconds at most.
constexpr double search_work = 3e11;  // of one search for neighbours
constexpr double probe_work = 2.6e9;  // of a round of the probe's minimisation
constexpr int64_t fewest_tested = 200;
constexpr int64_t k_means_work = 5000000;  // of a round of k-means: rows times centres

/// Divisions of the labelled rows of one kind.
struct Divisions {
  std::string key, name;
  double work;  // that the search for neighbours by each of them is worth
  std::vector<Division> all;
};

/// Those of the official split, where there is one, and random ones.
std::vector<Divisions> divide(const Map& map, const ReportOptions& options, int64_t labelled) {
  std::optional<Division> official = official_division(map.catalog);
  if (options.train_rows > 0) {
    official = first_rows_division(map.catalog.labels, options.train_rows);
  }
  const double work = search_work / split_seeds.size() / (official ? 3 : 1);
  Divisions random{"random_splits", "random splits", work, {}};
  const int64_t tested = std::clamp(labelled / 5, int64_t{1}, most_sampled);
  for (const uint64_t seed : split_seeds) {
    random.all.push_back(random_division(map.catalog.labels, tested, seed));
  }
  if (!official) return {random};
  return {{"official_split", "official split", search_work, {*official}}, random};
}

/// `count` of these rows at random; all where there are no more.
std::vector<int64_t> some_of(std::span<const int64_t> rows, int64_t count, uint64_t seed) {
  std::vector<int64_t> chosen = random_rows(std::ssize(rows), count, seed);
  for (int64_t& row : chosen) row = rows[static_cast<size_t>(row)];
  return chosen;
}

/// The division with as many of its test rows as `work` allows among rows of this width.
Division thin_out(const Division& division, int64_t width, double work, uint64_t seed) {
  const double work_a_row = static_cast<double>(std::ssize(division.train) * width);
  const double allowed = std::min(work / work_a_row, static_cast<double>(most_sampled));
  const auto count = std::max(static_cast<int64_t>(allowed), fewest_tested);
  return {division.train, some_of(division.test, count, seed)};
}

struct Name {
  std::string key, name;
};

/// Rows among which neighbours are looked for, and what is told by them.
struct Space {
  MatrixView rows;
  std::vector<Name> names;
};

struct MeanAndSpread {
  double mean;
  std::optional<double> spread;  // the standard deviation, of two values or more
};

MeanAndSpread mean_and_spread(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (values.size() < 2) return {mean, std::nullopt};
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1))};
}

/// k and few_neighbors, where these differ for so many training rows.
std::vector<int64_t> numbers_of_neighbors(int64_t k, int64_t train_rows) {
  k = std::min(k, train_rows);
  const int64_t few = std::min(few_neighbors, train_rows);
  return k == few ? std::vector{k} : std::vector{k, few};
}

/// Adds the accuracies of one space by divisions of one kind.
void add_accuracies(const Space& space, const std::vector<int32_t>& labels,
                    const Divisions& divisions, int64_t k, Measure& measure) {
  const auto ks = numbers_of_neighbors(k, std::ssize(divisions.all.front().train));
  std::vector<std::vector<double>> accuracies(ks.size());
  int64_t tested = 0;
  for (size_t seed = 0; seed < divisions.all.size(); ++seed) {
    const Division division = thin_out(divisions.all[seed], space.rows.cols, divisions.work, seed);
    tested = std::ssize(division.test);
    const std::vector<double> of_this = knn_accuracies(space.rows, labels, division, ks);
    for (size_t i = 0; i < ks.size(); ++i) accuracies[i].push_back(of_this[i]);
  }
  for (const auto& [key, name] : space.names) {
    for (size_t i = 0; i < ks.size(); ++i) {
      const auto [mean, spread] = mean_and_spread(accuracies[i]);
      measure.figures.push_back(
          {fmt::format("knn_accuracy/{}/{}{}", key, divisions.key, i > 0 ? "_k5" : ""),
           fmt::format("{}, k = {}, {}", name, ks[i], divisions.name), mean, spread,
           std::ssize(divisions.all), tested, "test images"});
    }
  }
}

void add_accuracy(const Map& map, const std::vector<Divisions>& kinds, int64_t k, Report& report) {
  const Name by_distance{"features", "features"},
      by_cosine{"features_cosine", "features by cosine"};
  std::vector<Space> spaces = {{map.points, {{"map", "map"}}}};
  Matrix units;
  if (have_one_length(map.features)) {  // the same neighbours
    spaces.push_back({map.features, {by_distance, by_cosine}});
  } else if (!map.features.empty()) {
    units = unit_rows(map.features);
    spaces.push_back({map.features, {by_distance}});
    spaces.push_back({units, {by_cosine}});
  }
  Measure measure{"kNN accuracy",
                  "the share of test images whose label is the most frequent one among their k "
                  "nearest training images (± standard deviation)",
                  {}};
  for (const Space& space : spaces) {
    for (const Divisions& divisions : kinds) {
      add_accuracies(space, map.catalog.labels, divisions, k, measure);
    }
  }
  report.measures.push_back(std::move(measure));
}

void add_probe(const Map& map, const Divisions& divisions, Report& report) {
  if (map.features.empty()) {
    report.left_out.emplace_back(
        "The linear probe and the features' kNN accuracy are left out, since the map has no "
        "features.");
    return;
  }
  const Division& division = divisions.all.front();
  const double work_a_row = static_cast<double>((map.features.cols + 1) * report.labels);
  const auto train = some_of(division.train, static_cast<int64_t>(probe_work / work_a_row), 0);
  const auto label_of = [&](int64_t row) { return map.catalog.labels[static_cast<size_t>(row)]; };
  if (std::ranges::adjacent_find(train, std::ranges::not_equal_to(), label_of) == train.end()) {
    report.left_out.emplace_back(
        "The linear probe is left out, since all training images have the same label.");
    return;
  }
  const auto test = some_of(division.test, most_sampled, 0);
  const LinearProbe probe = learn_probe(map.features, map.catalog.labels, train);
  const double accuracy = probe_accuracy(probe, map.features, map.catalog.labels, test);
  const bool is_official = divisions.all.size() == 1;
  report.measures.push_back(
      {"Linear probe",
       "the share of test images whose label a logistic regression of the "
       "features tells",
       {{is_official ? "linear_probe/official_split" : "linear_probe/random_split",
         fmt::format("features, {} split, learned from {} images",
                     is_official ? "official" : "random", train.size()),
         accuracy,
         {},
         1,
         std::ssize(test),
         "test images"}}});
}

/// Labelled rows of the map.
struct LabelledRows {
  Matrix points;
  std::vector<int32_t> labels;

  LabelledRows(const Map& map, std::span<const int64_t> rows)
      : points(take_rows(map.points, rows)) {
    for (const int64_t row : rows) labels.push_back(map.catalog.labels[static_cast<size_t>(row)]);
  }
};

void add_silhouette(const Map& map, std::span<const int64_t> labelled, Report& report) {
  const LabelledRows sample(map, some_of(labelled, most_sampled, 0));
  const int64_t labels = Groups(sample.labels).count;
  if (labels < 2 || labels >= sample.points.rows) {
    report.left_out.push_back(fmt::format(
        "The silhouette is left out, since the {} images it would be measured on have {} different "
        "labels.",
        sample.points.rows, labels));
    return;
  }
  report.measures.push_back(
      {"Silhouette",
       "how much nearer images of a label are to each other than to those of the next one, -1 to 1",
       {{"silhouette",
         "map",
         silhouette(sample.points, sample.labels),
         {},
         1,
         sample.points.rows,
         "images"}}});
}

/// Adds how far clusters agree with the labels.
void add_agreement(const std::string& key, const std::string& name, const LabelledRows& rows,
                   std::span<const int32_t> clusters, Measure& rand, Measure& information) {
  const int64_t count = Groups(clusters).count;
  const std::string what =
      fmt::format("{}, {} {}", name, count, count == 1 ? "cluster" : "clusters");
  rand.figures.push_back({fmt::format("clusters/{}/ari", key),
                          what,
                          adjusted_rand_index(rows.labels, clusters),
                          {},
                          1,
                          rows.points.rows,
                          "images"});
  information.figures.push_back({fmt::format("clusters/{}/ami", key),
                                 what,
                                 adjusted_mutual_information(rows.labels, clusters),
                                 {},
                                 1,
                                 rows.points.rows,
                                 "images"});
}

void add_clusters(const Map& map, std::span<const int64_t> labelled, Report& report) {
  Measure rand{"ARI",
               "how far clusters agree with the labels on pairs of images, 0 by chance, 1 at most",
               {}};
  Measure information{
      "AMI", "how much clusters and labels tell of each other, 0 by chance, 1 at most", {}};
  const LabelledRows sample(map, some_of(labelled, k_means_work / report.labels, 0));
  const int64_t k = Groups(sample.labels).count;
  if (k < sample.points.rows) {
    add_agreement("k_means", "k-means", sample, k_means(sample.points, k, 0).clusters, rand,
                  information);
  } else {
    report.left_out.push_back(fmt::format(
        "Clusters by k-means are left out, since each of {} images has a label of its own.", k));
  }
  if (map.points.cols == 2) {
    const LabelledRows all(map, labelled);
    add_agreement("density", "dense places", all, density_clusters(all.points), rand, information);
  } else {
    report.left_out.emplace_back(
        "Clusters by density are left out, since they are looked for in a plane and the map has 3 "
        "dimensions.");
  }
  for (Measure* const measure : {&rand, &information}) {
    if (!measure->figures.empty()) report.measures.push_back(std::move(*measure));
  }
}

}  // namespace

void measure_by_labels(const Map& map, const ReportOptions& options, Report& report) {
  std::vector<int64_t> labelled;
  for (int64_t i = 0; i < map.size(); ++i) {
    if (map.catalog.labels[static_cast<size_t>(i)] >= 0) labelled.push_back(i);
  }
  report.labelled = std::ssize(labelled);
  report.labels = Groups(LabelledRows(map, labelled).labels).count;
  if (report.labels < 2) {
    report.left_out.push_back(
        fmt::format("What needs labels is left out, since {}.",
                    report.labels == 0 ? "no image has one" : "all labelled images have the same"));
    return;
  }
  if (report.labels == report.labelled) {
    report.left_out.emplace_back(
        "What needs labels is left out, since each labelled image has a label of its own.");
    return;
  }
  const std::vector<Divisions> kinds = divide(map, options, report.labelled);
  add_accuracy(map, kinds, options.k, report);
  add_probe(map, kinds.front(), report);
  add_silhouette(map, labelled, report);
  add_clusters(map, labelled, report);
}

}  // namespace tsimcne
