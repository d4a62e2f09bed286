#include "tsimcne/graph/affinities.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

Matrix random_points(int64_t n, int64_t d) {
  Random random(2, Stream::subset);
  Matrix points(n, d);
  for (float& value : points.values) value = static_cast<float>(random.uniform(-1, 1));
  return points;
}

/// Of the formula, in doubles: the conditional affinities of one point among all others.
std::vector<double> conditional(const Matrix& points, int64_t i, double perplexity) {
  double low = 0, high = 1e9;
  std::vector<double> p(static_cast<size_t>(points.rows));
  for (int round = 0; round < 200; ++round) {
    const double precision = (low + high) / 2;
    double sum = 0, entropy = 0;
    for (int64_t j = 0; j < points.rows; ++j) {
      double squared = 0;
      for (size_t c = 0; c < static_cast<size_t>(points.cols); ++c) {
        squared += std::pow(double{points.row(i)[c]} - points.row(j)[c], 2);
      }
      p[static_cast<size_t>(j)] = j == i ? 0 : std::exp(-precision * squared);
      sum += p[static_cast<size_t>(j)];
    }
    for (double& value : p) {
      value /= sum;
      if (value > 0) entropy -= value * std::log(value);
    }
    (entropy > std::log(perplexity) ? low : high) = precision;
  }
  return p;
}

TEST(Affinities, AreThoseOfTheFormula) {
  const Matrix points = random_points(60, 3);
  const SparseRows p = perplexity_affinities(find_neighbors(points, 59), 12);
  ASSERT_EQ(p.rows(), 60);
  const std::vector<double> of_3 = conditional(points, 3, 12);
  for (size_t k = 0; k < p.columns_of(3).size(); ++k) {
    const auto j = p.columns_of(3)[k];
    const double expected =
        (of_3[static_cast<size_t>(j)] + conditional(points, j, 12)[3]) / (2.0 * 60);
    EXPECT_NEAR(p.values_of(3)[k], expected, 1e-7) << j;
  }
}

TEST(Affinities, AreSymmetricAndSumUpToOne) {
  const SparseRows p = perplexity_affinities(find_neighbors(random_points(500, 4), 30), 10);
  EXPECT_NEAR(std::accumulate(p.values.begin(), p.values.end(), 0.0), 1, 1e-5);
  for (int64_t i = 0; i < 500; ++i) {
    const auto columns = p.columns_of(i);
    EXPECT_TRUE(std::ranges::is_sorted(columns, std::ranges::less_equal()));
    for (size_t k = 0; k < columns.size(); ++k) {
      const auto back = p.columns_of(columns[k]);
      const auto at = std::ranges::lower_bound(back, static_cast<int32_t>(i));
      ASSERT_TRUE(at != back.end() && *at == i);
      EXPECT_EQ(p.values_of(columns[k])[static_cast<size_t>(at - back.begin())], p.values_of(i)[k]);
    }
  }
}

TEST(Affinities, OfEqualPointsAreEqual) {
  const SparseRows p = perplexity_affinities(find_neighbors(Matrix(6, 2), 5), 2);
  for (const float value : p.values) EXPECT_NEAR(value, 1.0 / 30, 1e-6);
  const SparseRows two = perplexity_affinities(find_neighbors(random_points(2, 2), 1), 1);
  EXPECT_NEAR(two.values_of(0)[0], 0.5, 1e-6);
  EXPECT_THROW(perplexity_affinities(find_neighbors(random_points(9, 2), 3), 4), Error);
}

}  // namespace
}  // namespace tsimcne
