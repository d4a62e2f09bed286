#include "tsimcne/measure/clustering.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/measure/reference.hpp"
#include "tests/threads.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

std::vector<int32_t> labels() {
  return numbers_of<int32_t>(reference()["labels"]);
}

/// Round clouds of as many points each, in this order, with a standard deviation of 1.
Matrix clouds(const std::vector<std::pair<float, float>>& centres, int64_t size) {
  Matrix points(std::ssize(centres) * size, 2);
  Random random(1, Stream::subset);
  for (int64_t i = 0; i < points.rows; ++i) {
    const auto [x, y] = centres[static_cast<size_t>(i / size)];
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    const double angle = 2 * std::numbers::pi * random.uniform();
    points.row(i)[0] = x + static_cast<float>(radius * std::cos(angle));
    points.row(i)[1] = y + static_cast<float>(radius * std::sin(angle));
  }
  return points;
}

/// A number for each of `count` clouds of `size` points.
std::vector<int32_t> cloud_numbers(int64_t count, int64_t size) {
  std::vector<int32_t> numbers;
  for (int64_t i = 0; i < count * size; ++i) numbers.push_back(static_cast<int32_t>(i / size));
  return numbers;
}

TEST(Silhouette, IsScikitLearns) {
  for (const char* const of : {"points", "features"}) {
    EXPECT_NEAR(silhouette(matrix_of(reference()[of]), labels()),
                reference()["silhouette"][of].get<double>(), 1e-6);
  }
}

TEST(Silhouette, OfASingleRowIsZeroAndOfOnePlaceToo) {
  Matrix points(3, 1);
  points.values = {0, 1, 4};
  // The first two have 1 inside and 4 or 3 outside.
  EXPECT_DOUBLE_EQ(silhouette(points, std::vector<int32_t>{5, 5, -9}), (0.75 + 2.0 / 3) / 3);
  EXPECT_DOUBLE_EQ(silhouette(Matrix(4, 2), std::vector<int32_t>{0, 1, 0, 1}), 0);
}

TEST(Silhouette, NeedsLabelsThatDifferAndAreShared) {
  EXPECT_THROW(silhouette(Matrix(3, 2), std::vector<int32_t>{1, 1, 1}), Error);
  EXPECT_THROW(silhouette(Matrix(3, 2), std::vector<int32_t>{0, 1, 2}), Error);
  EXPECT_THROW(silhouette(Matrix(3, 2), std::vector<int32_t>{0, 1}), Error);
  EXPECT_THROW(silhouette(Matrix(), {}), Error);
}

TEST(Agreement, IsScikitLearns) {
  for (const auto& wanted : reference()["agreement"]) {
    const auto a = numbers_of<int32_t>(wanted["a"]), b = numbers_of<int32_t>(wanted["b"]);
    for (const auto& [x, y] : {std::pair(a, b), std::pair(b, a)}) {
      EXPECT_NEAR(adjusted_rand_index(x, y), wanted["ari"].get<double>(), 1e-6) << wanted;
      EXPECT_NEAR(adjusted_mutual_information(x, y), wanted["ami"].get<double>(), 1e-6) << wanted;
    }
  }
}

TEST(Agreement, IsOfTheSameRows) {
  EXPECT_THROW(adjusted_rand_index(std::vector<int32_t>{1}, {}), Error);
  EXPECT_THROW(adjusted_mutual_information(std::vector<int32_t>{1}, {}), Error);
}

TEST(KMeansClusters, AreScikitLearns) {
  const KMeans found = k_means(matrix_of(reference()["points"]), 3, 0, 200);
  const auto& wanted = reference()["k_means"];
  EXPECT_NEAR(found.inertia, wanted["inertia"].get<double>(), 1e-6);
  EXPECT_EQ(adjusted_rand_index(found.clusters, numbers_of<int32_t>(wanted["clusters"])), 1);
}

TEST(KMeansClusters, FindCloudsAndTheirMiddles) {
  const KMeans found = k_means(clouds({{0, 0}, {20, 0}, {0, 20}, {20, 20}}, 500), 4, 3);
  EXPECT_EQ(adjusted_rand_index(found.clusters, cloud_numbers(4, 500)), 1);
  for (int64_t c = 0; c < 4; ++c) {
    for (const float value : found.centres.row(c)) {
      EXPECT_NEAR(std::min(std::abs(value), std::abs(value - 20)), 0, 0.2);
    }
  }
}

TEST(KMeansClusters, AreTheSameWithAnyNumberOfThreads) {
  const Matrix points = clouds({{0, 0}, {2, 1}, {1, 3}}, 700);
  const KMeans once = k_means(points, 7, 0);
  for (const int threads : {1, 3}) {
    const Threads these(threads);
    const KMeans again = k_means(points, 7, 0);
    EXPECT_EQ(again.clusters, once.clusters);
    EXPECT_EQ(again.inertia, once.inertia);
    EXPECT_EQ(again.centres.values, once.centres.values);
  }
}

TEST(KMeansClusters, AreNoMoreThanTheDifferentRows) {
  Matrix points(6, 2);
  points.values = {1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1, 1};
  const KMeans found = k_means(points, 5, 0);
  EXPECT_EQ(found.centres.rows, 2);
  EXPECT_EQ(found.inertia, 0);
  EXPECT_EQ(k_means(Matrix(4, 3), 4, 0).centres.rows, 1);
  EXPECT_THROW(k_means(points, 7, 0), Error);
  EXPECT_THROW(k_means(points, 0, 0), Error);
}

TEST(DensityClusters, AreTheClouds) {
  const auto places = std::vector<std::pair<float, float>>{{0, 0}, {8, 0}, {0, 9}, {30, 30}};
  const std::vector<int32_t> found = density_clusters(clouds(places, 1000));
  EXPECT_GT(adjusted_rand_index(found, cloud_numbers(4, 1000)), 0.999);
}

TEST(DensityClusters, OfOneCloudAreOne) {
  const std::vector<int32_t> found = density_clusters(clouds({{3, -4}}, 3000));
  EXPECT_EQ(std::ranges::max(found), 0);
}

TEST(DensityClusters, TakeLonePointsIn) {
  Matrix points = clouds({{0, 0}, {12, 0}}, 1000);
  points.row(7)[0] = -1e6f;  // beyond the extent, nearer to the first
  points.row(1500)[1] = 30;
  const std::vector<int32_t> found = density_clusters(points);
  EXPECT_EQ(std::ranges::max(found), 1);
  EXPECT_EQ(found[7], found[0]);
}

TEST(DensityClusters, OfFewPointsOrOnePlaceAreThere) {
  EXPECT_EQ(density_clusters(Matrix(1, 2)), (std::vector<int32_t>{0}));
  EXPECT_EQ(density_clusters(Matrix(5, 2)), (std::vector<int32_t>(5)));
  Matrix line(3, 2);
  line.values = {0, 0, 1, 0, 2, 0};
  EXPECT_EQ(density_clusters(line).size(), 3u);
  EXPECT_THROW(density_clusters(Matrix(5, 3)), Error);
  EXPECT_THROW(density_clusters(Matrix(0, 2)), Error);
}

}  // namespace
}  // namespace tsimcne
