#include "tsimcne/measure/report.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include "tests/threads.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/measure/rows.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

using Names = std::vector<std::string>;

/// A map at random, whose features are its points and two more columns, with these labels.
Map small_map(const Names& labels, int64_t dimensions = 2) {
  Map map;
  map.points = Matrix(std::ssize(labels), dimensions);
  map.features = Matrix(std::ssize(labels), dimensions + 2);
  Random random(1, Stream::subset);
  for (float& value : map.features.values) value = static_cast<float>(random.uniform());
  for (int64_t i = 0; i < map.size(); ++i) {
    std::ranges::copy(map.features.row(i).first(static_cast<size_t>(dimensions)),
                      map.points.row(i).begin());
  }
  map.catalog.paths.resize(labels.size());
  map.catalog.splits.resize(labels.size());
  set_labels(map.catalog, labels);
  return map;
}

std::map<std::string, Figure> figures_of(const Report& report) {
  std::map<std::string, Figure> figures;
  for (const Measure& measure : report.measures) {
    EXPECT_FALSE(measure.meaning.empty());
    for (const Figure& figure : measure.figures) {
      EXPECT_TRUE(std::isfinite(figure.value)) << figure.key;
      EXPECT_GT(figure.sample, 0) << figure.key;
      EXPECT_TRUE(figures.emplace(figure.key, figure).second) << figure.key;
    }
  }
  return figures;
}

std::string left_out(const Report& report) {
  return fmt::format("{}", fmt::join(report.left_out, "\n"));
}

void expect_error(const Map& map, const ReportOptions& options, const std::string& words) {
  try {
    measure_map(map, options);
    ADD_FAILURE() << words;
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

Names thirds(size_t count) {
  Names labels;
  for (size_t i = 0; i < count; ++i) labels.push_back(i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c");
  return labels;
}

TEST(Report, OfThePublishedCifar10MapHasThePublishedFigures) {
  const Map map = read_map_npz(std::filesystem::path(TEST_DATA) / "published_cifar10.npz");
  ReportOptions options;
  options.train_rows = 50000;
  const Report report = measure_map(map, options);
  auto figures = figures_of(report);
  EXPECT_EQ(report.images, 60000);
  EXPECT_EQ(report.labels, 10);
  EXPECT_NEAR(figures["knn_accuracy/map/official_split"].value, 0.8881, 5e-5);
  const Figure& random = figures["knn_accuracy/map/random_splits"];
  EXPECT_NEAR(random.value, (0.8943 + 0.8968 + 0.8934) / 3, 0.004);
  EXPECT_LT(*random.spread, 0.006);
  EXPECT_EQ(random.sample, 10000);
  EXPECT_NEAR(figures["knn_accuracy/map/official_split_k5"].value, 0.885, 0.02);
  EXPECT_NEAR(figures["silhouette"].value, 0.360, 0.01);
  EXPECT_NEAR(figures["clusters/k_means/ari"].value, 0.706, 0.02);
  EXPECT_GT(figures["clusters/density/ari"].value, 0.5);
  EXPECT_NE(left_out(report).find("no features"), std::string::npos);
}

TEST(Report, HasEveryFigureOfAMapWithLabelsAndFeatures) {
  Map map = small_map(thirds(90));
  for (size_t i = 60; i < 90; ++i) map.catalog.splits[i] = Split::test;
  const Map other = small_map(thirds(90));
  ReportOptions options;
  options.against = &other;
  const Report report = measure_map(map, options);
  std::set<std::string> wanted = {"linear_probe/official_split", "silhouette",
                                  "clusters/k_means/ari",        "clusters/k_means/ami",
                                  "clusters/density/ari",        "clusters/density/ami"};
  for (const char* const of : {"map", "features", "features_cosine"}) {
    for (const char* const split : {"official_split", "random_splits"}) {
      wanted.insert(fmt::format("knn_accuracy/{}/{}", of, split));
      wanted.insert(fmt::format("knn_accuracy/{}/{}_k5", of, split));
    }
  }
  for (const char* const before : {"", "against/"}) {
    for (const char* const kept :
         {"neighbours_kept", "trustworthiness", "continuity", "distance_correlation"}) {
      wanted.insert(fmt::format("{}{}", before, kept));
    }
  }
  std::set<std::string> found;
  for (const auto& [key, figure] : figures_of(report)) found.insert(key);
  EXPECT_EQ(found, wanted);
  EXPECT_EQ(left_out(report), "");
  EXPECT_EQ(figures_of(report)["against/trustworthiness"].value, 1);
}

TEST(Report, IsTheSameWithAnyNumberOfThreads) {
  const Map map = small_map(thirds(700));
  const auto once = figures_of(measure_map(map));
  for (const int threads : {1, 3}) {
    const Threads these(threads);
    for (const auto& [key, figure] : figures_of(measure_map(map))) {
      EXPECT_EQ(figure.value, once.at(key).value) << key;
      EXPECT_EQ(figure.spread, once.at(key).spread) << key;
    }
  }
}

TEST(Report, OfAMapOfAnySizeIsThere) {
  for (size_t size = 1; size < 20; ++size) {
    for (const int64_t dimensions : {2, 3}) {
      figures_of(measure_map(small_map(thirds(size), dimensions)));
    }
  }
}

TEST(Report, OfTwoOrThreeImagesHasAsManyNeighboursAsThereAre) {
  auto two = figures_of(measure_map(small_map({"a", "b"})));
  EXPECT_EQ(two["neighbours_kept"].value, 1);
  EXPECT_FALSE(two.contains("trustworthiness"));
  auto three = figures_of(measure_map(small_map({"a", "b", "b"})));
  EXPECT_TRUE(three.contains("trustworthiness"));
  EXPECT_TRUE(three.contains("silhouette"));
  EXPECT_EQ(three["knn_accuracy/map/random_splits"].name, "map, k = 2, random splits");
}

TEST(Report, SaysWhatAMapWithoutLabelsLacks) {
  for (const Names& labels : {Names(30, ""), Names(30, "a")}) {
    const Report report = measure_map(small_map(labels));
    EXPECT_EQ(figures_of(report).size(), 4u);
    EXPECT_NE(left_out(report).find("labels is left out"), std::string::npos);
  }
}

TEST(Report, LeavesImagesWithoutLabelsOut) {
  Names labels = thirds(60);
  for (size_t i = 0; i < 60; i += 4) labels[i] = "";
  const Report report = measure_map(small_map(labels));
  EXPECT_EQ(report.labelled, 45);
  auto figures = figures_of(report);
  EXPECT_EQ(figures["knn_accuracy/map/random_splits"].sample, 9);
  EXPECT_EQ(figures["silhouette"].sample, 45);
  EXPECT_EQ(figures["clusters/density/ari"].sample, 45);
  EXPECT_EQ(figures["neighbours_kept"].sample, 60);
}

TEST(Report, TakesLabelsOfAnySize) {
  Names labels(40, "common");
  labels[7] = "rare";
  EXPECT_GT(figures_of(measure_map(small_map(labels))).size(), 15u);
  Names own;
  for (int i = 0; i < 40; ++i) own.push_back(std::to_string(i));
  const Report report = measure_map(small_map(own));
  EXPECT_NE(left_out(report).find("label of its own"), std::string::npos);
  EXPECT_FALSE(figures_of(report).contains("knn_accuracy/map/random_splits"));
}

TEST(Report, HasOneAccuracyByDistanceAndCosineOfRowsOfOneLength) {
  Map map = small_map(thirds(90));
  map.features = unit_rows(map.features);
  auto figures = figures_of(measure_map(map));
  const Figure by_cosine = figures["knn_accuracy/features_cosine/random_splits"];
  EXPECT_EQ(by_cosine.value, figures["knn_accuracy/features/random_splits"].value);
  EXPECT_EQ(by_cosine.name, "features by cosine, k = 15, random splits");
}

TEST(Report, OfACollapsedMapIsThere) {
  Map map = small_map(thirds(50));
  map.points = Matrix(50, 2);
  const Report report = measure_map(map);
  EXPECT_EQ(figures_of(report)["silhouette"].value, 0);
  EXPECT_EQ(figures_of(report)["clusters/k_means/ari"].value, 0);
  EXPECT_NE(left_out(report).find("correlation of distances"), std::string::npos);
}

TEST(Report, RefusesNumbersThatAreNotFinite) {
  Map map = small_map(thirds(30));
  map.features.row(12)[3] = std::numeric_limits<float>::quiet_NaN();
  expect_error(map, {.name = "my.npz"}, "features of my.npz hold nan in row 12, column 3");
  map.points.row(4)[1] = std::numeric_limits<float>::infinity();
  expect_error(map, {}, "points of the map hold inf in row 4, column 1");
  const Map other = small_map(thirds(30));
  expect_error(other, {.against = &map, .against_name = "x"}, "points of x hold inf in row 4");
}

TEST(Report, RefusesWhatCannotBeMeasured) {
  Map map = small_map(Names(5, ""));
  Map other = small_map(Names(6, ""));
  expect_error(map, {.against = &other, .against_name = "x"}, "5 images and x of 6");
  other = small_map(Names(5, ""));
  map.catalog.paths = {"a", "b", "", "d", "e"};
  other.catalog.paths = {"a", "b", "c", "e", "d"};
  expect_error(map, {.against = &other}, "row 3 is d");
  map.features = Matrix();
  expect_error(map, {.name = "x"}, "x has neither labels nor features");
}

}  // namespace
}  // namespace tsimcne
