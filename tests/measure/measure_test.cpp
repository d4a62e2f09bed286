#include "tsimcne/measure/measure.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/measure/reference.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/measure/rows.hpp"

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
  const std::vector<int64_t> ks = {1, 3};
  EXPECT_EQ(knn_accuracies(points, labels, division, ks), (std::vector<double>{2.0 / 3, 1.0}));
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

TEST(KnnAccuracy, IsScikitLearns) {
  const auto labels = numbers_of<int32_t>(reference()["labels"]);
  const Division division{numbers_of<int64_t>(reference()["train"]),
                          numbers_of<int64_t>(reference()["test"])};
  for (const auto& wanted : reference()["accuracy"]) {
    const Matrix rows = matrix_of(reference()[wanted["of"].get<std::string>()]);
    const bool by_cosine = wanted["metric"] == "cosine";
    EXPECT_NEAR(knn_accuracy(by_cosine ? unit_rows(rows) : rows, labels, division, wanted["k"]),
                wanted["value"].get<double>(), 1e-6)
        << wanted;
  }
}

TEST(KnnAccuracy, OfThePublishedCifar10MapIsThePublishedOne) {
  const Map map = read_map_npz(std::filesystem::path(TEST_DATA) / "published_cifar10.npz");
  const auto& labels = map.catalog.labels;
  EXPECT_NEAR(knn_accuracy(map.points, labels, first_rows_division(labels, 50000)), 0.8881, 5e-5);
  EXPECT_NEAR(knn_accuracy(map.points, labels, random_division(labels, 10000, 0)), 0.895, 0.004);
}

TEST(UnitRows, HaveLengthOneWhereTheyHaveADirection) {
  Matrix rows(3, 2);
  rows.values = {3, -4, 0, 0, 3e30f, 4e30f};
  const Matrix units = unit_rows(rows);
  const std::vector<float> wanted = {0.6f, -0.8f, 0, 0, 0.6f, 0.8f};
  for (size_t i = 0; i < wanted.size(); ++i) EXPECT_FLOAT_EQ(units.values[i], wanted[i]);
  EXPECT_FALSE(have_one_length(rows));
  EXPECT_FALSE(have_one_length(units));
  EXPECT_TRUE(have_one_length(take_rows(units, std::vector<int64_t>{0, 2, 2})));
  EXPECT_FALSE(have_one_length(Matrix()));
}

}  // namespace
}  // namespace tsimcne
