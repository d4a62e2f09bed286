#include "tsimcne/measure/measure.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "tsimcne/error.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

Matrix column(std::vector<float> values) {
  Matrix matrix(std::ssize(values), 1);
  matrix.values = std::move(values);
  return matrix;
}

TEST(KnnAccuracy, IsTheShareOfRightMajorities) {
  const Matrix points = column({0, 1, 2, 10, 11, 12, 0.5f, 11.5f, 5});
  const std::vector<int32_t> labels{1, 1, 0, 0, 0, 1, 1, 0, 1};
  const Division division{{0, 1, 2, 3, 4, 5}, {6, 7, 8}};
  // 6 has 1 1 0 around it, 7 has 0 1 0, 8 has 0 (2), 1 (1), 0 or 1 (0 and 10 tie: the lower row).
  EXPECT_DOUBLE_EQ(knn_accuracy(points, labels, division, 3), 1.0);
  EXPECT_DOUBLE_EQ(knn_accuracy(points, labels, division, 1), 2.0 / 3);
}

TEST(KnnAccuracy, TiesGoToTheSmallerLabel) {
  const Matrix points = column({1, 2, 0, 0});
  const std::vector<int32_t> labels{7, 3, 3, 7};
  EXPECT_DOUBLE_EQ(knn_accuracy(points, labels, {{0, 1}, {2}}, 2), 1.0);
  EXPECT_DOUBLE_EQ(knn_accuracy(points, labels, {{0, 1}, {3}}, 2), 0.0);
  EXPECT_DOUBLE_EQ(knn_accuracy(points, labels, {{0, 1}, {2}}, 15), 1.0);
}

TEST(KnnAccuracy, NeedsLabels) {
  const Matrix points = column({0, 1});
  const std::vector<int32_t> labels{0, -1};
  EXPECT_THROW(knn_accuracy(points, labels, {{0}, {1}}), Error);
  EXPECT_THROW(knn_accuracy(points, labels, {{0}, {}}), Error);
}

TEST(KnnAccuracy, OfThePublishedCifar10MapIsThePublishedOne) {
  const Map map = read_map_npz(std::filesystem::path(TEST_DATA) / "published_cifar10.npz");
  const auto& labels = map.catalog.labels;
  EXPECT_NEAR(knn_accuracy(map.points, labels, first_rows_division(labels, 50000)), 0.8881, 5e-5);
  EXPECT_NEAR(knn_accuracy(map.points, labels, random_division(labels, 10000, 0)), 0.895, 0.004);
}

TEST(NeighbourhoodPreservation, IsOneForTheSameAndChanceForOthers) {
  Random random(1, Stream::subset);
  Matrix features(500, 2), noise(500, 2);
  for (float& value : features.values) value = static_cast<float>(random.uniform());
  for (float& value : noise.values) value = static_cast<float>(random.uniform());
  EXPECT_DOUBLE_EQ(neighbourhood_preservation(features, features, 15, 1000, 1), 1.0);
  EXPECT_NEAR(neighbourhood_preservation(noise, features, 50, 500, 1), 50.0 / 499, 0.01);
  EXPECT_EQ(neighbourhood_preservation(noise, features, 15, 100, 1),
            neighbourhood_preservation(noise, features, 15, 100, 1));
  EXPECT_THROW(neighbourhood_preservation(noise, Matrix(3, 2), 1, 1, 1), Error);
}

}  // namespace
}  // namespace tsimcne
