#include "tsimcne/measure/faithfulness.hpp"

#include <gtest/gtest.h>

#include "tests/measure/reference.hpp"
#include "tests/threads.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

Matrix random_matrix(int64_t rows, int64_t cols, uint64_t seed) {
  Random random(seed, Stream::subset);
  Matrix matrix(rows, cols);
  for (float& value : matrix.values) value = static_cast<float>(random.uniform());
  return matrix;
}

TEST(Faithfulness, IsScikitLearns) {
  const Matrix points = matrix_of(reference()["points"]);
  const Matrix features = matrix_of(reference()["features"]);
  for (const auto& wanted : reference()["kept"]) {
    const auto both = find_in_both(points, features, wanted["k"], points.rows, 0);
    EXPECT_NEAR(neighbours_kept(both), wanted["neighbours"].get<double>(), 1e-6) << wanted;
    EXPECT_NEAR(trustworthiness(features, both), wanted["trustworthiness"].get<double>(), 1e-6)
        << wanted;
    EXPECT_NEAR(continuity(points, both), wanted["continuity"].get<double>(), 1e-6) << wanted;
  }
}

TEST(Faithfulness, IsOneForTheSameAndChanceForOthers) {
  const Matrix features = random_matrix(500, 2, 1), noise = random_matrix(500, 2, 2);
  const auto same = find_in_both(features, features, 15, 1000, 1);
  EXPECT_DOUBLE_EQ(neighbours_kept(same), 1.0);
  EXPECT_DOUBLE_EQ(trustworthiness(features, same), 1.0);
  EXPECT_DOUBLE_EQ(continuity(features, same), 1.0);
  const auto other = find_in_both(noise, features, 50, 500, 1);
  EXPECT_NEAR(neighbours_kept(other), 50.0 / 499, 0.01);
  EXPECT_NEAR(trustworthiness(features, other), 0.5, 0.03);
  EXPECT_NEAR(continuity(noise, other), 0.5, 0.03);
}

TEST(Faithfulness, OfASampleIsNearThatOfAll) {
  const Matrix features = random_matrix(2000, 3, 1);
  Matrix points(2000, 2);
  for (int64_t i = 0; i < 2000; ++i)
    std::ranges::copy(features.row(i).first(2), points.row(i).begin());
  const auto all = find_in_both(points, features, 15, 2000, 0);
  const auto some = find_in_both(points, features, 15, 600, 0);
  EXPECT_EQ(some.rows.size(), 600u);
  EXPECT_NEAR(neighbours_kept(some), neighbours_kept(all), 0.02);
  EXPECT_NEAR(trustworthiness(features, some), trustworthiness(features, all), 0.01);
}

TEST(Faithfulness, IsTheSameWithAnyNumberOfThreads) {
  const Matrix features = random_matrix(1500, 40, 1), points = random_matrix(1500, 2, 2);
  const auto measure = [&] {
    const auto both = find_in_both(points, features, 15, 300, 0);
    return std::vector<double>{neighbours_kept(both), trustworthiness(features, both),
                               continuity(points, both),
                               *distance_correlation(points, features, 5000, 0)};
  };
  const std::vector<double> once = measure();
  for (const int threads : {1, 3}) {
    const Threads these(threads);
    EXPECT_EQ(measure(), once);
  }
}

TEST(Faithfulness, OfFewRowsHasAsManyNeighboursAsThereAre) {
  const Matrix points = random_matrix(3, 2, 1);
  const auto both = find_in_both(points, points, 15, 100, 0);
  EXPECT_EQ(both.on_map.k, 2);
  EXPECT_EQ(neighbours_kept(both), 1);
  EXPECT_EQ(trustworthiness(points, both), 1);
  const Matrix two = random_matrix(2, 2, 1);
  const auto pair = find_in_both(two, two, 15, 100, 0);
  EXPECT_EQ(neighbours_kept(pair), 1);
  EXPECT_THROW(trustworthiness(two, pair), Error);
  EXPECT_THROW(find_in_both(Matrix(1, 2), Matrix(1, 2), 15, 100, 0), Error);
  EXPECT_THROW(find_in_both(points, two, 15, 100, 0), Error);
}

TEST(Faithfulness, OfOnePlaceIsDefined) {
  const Matrix place(6, 2), points = random_matrix(6, 2, 1);
  const auto both = find_in_both(place, points, 2, 6, 0);
  EXPECT_EQ(continuity(place, both), 1);  // nothing is nearer on the map
  EXPECT_LE(trustworthiness(points, both), 1);
}

TEST(DistanceCorrelation, IsScipys) {
  EXPECT_NEAR(*distance_correlation(matrix_of(reference()["points"]),
                                    matrix_of(reference()["features"]), 100000, 0),
              reference()["distance_correlation"].get<double>(), 1e-6);
}

TEST(DistanceCorrelation, IsOfRanks) {
  const Matrix points = random_matrix(3000, 1, 1);
  Matrix stretched = points;
  for (float& value : stretched.values) value *= 1000;
  EXPECT_NEAR(*distance_correlation(points, stretched, 1000, 0), 1, 1e-6);
  EXPECT_NEAR(*distance_correlation(points, random_matrix(3000, 1, 2), 100000, 0), 0, 0.02);
}

TEST(DistanceCorrelation, IsUndefinedWhereDistancesDoNotDiffer) {
  const Matrix points = random_matrix(5, 2, 1);
  EXPECT_FALSE(distance_correlation(points, Matrix(5, 2), 100, 0));
  EXPECT_FALSE(distance_correlation(random_matrix(2, 2, 1), random_matrix(2, 2, 2), 100, 0));
  EXPECT_FALSE(distance_correlation(Matrix(1, 2), Matrix(1, 2), 100, 0));
}

}  // namespace
}  // namespace tsimcne
