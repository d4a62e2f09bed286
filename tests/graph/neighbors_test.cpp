#include "tsimcne/graph/neighbors.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/threads.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

Matrix random_matrix(int64_t rows, int64_t cols, double scale, uint64_t seed) {
  Random random(seed, Stream::subset);
  Matrix matrix(rows, cols);
  for (float& value : matrix.values) value = static_cast<float>(scale * random.uniform(-1, 1));
  return matrix;
}

/// The definition, pair after pair.
std::vector<int64_t> naive_row(const Matrix& queries, int64_t query, const Matrix& references,
                               int64_t k, int64_t left_out) {
  std::vector<std::pair<double, int64_t>> all;
  for (int64_t j = 0; j < references.rows; ++j) {
    double sum = 0;
    for (int64_t c = 0; c < references.cols; ++c) {
      const double difference = double{queries.row(query)[static_cast<size_t>(c)]} -
                                double{references.row(j)[static_cast<size_t>(c)]};
      sum += difference * difference;
    }
    if (j != left_out) all.emplace_back(sum, j);
  }
  std::ranges::sort(all);
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < k; ++i) rows.push_back(all[static_cast<size_t>(i)].second);
  return rows;
}

void expect_naive(const Matrix& queries, const Matrix& references, int64_t k) {
  const Neighbors found = find_neighbors(queries, references, k);
  for (int64_t i = 0; i < queries.rows; ++i) {
    const auto row = found.row(i);
    ASSERT_EQ(std::vector<int64_t>(row.begin(), row.end()),
              naive_row(queries, i, references, k, -1))
        << "query " << i;
    for (int64_t n = 0; n < k; ++n) {
      const auto a = queries.row(i), b = references.row(row[static_cast<size_t>(n)]);
      double squared = 0;
      for (size_t c = 0; c < a.size(); ++c) squared += std::pow(double{a[c]} - double{b[c]}, 2);
      ASSERT_FLOAT_EQ(found.distances_of(i)[static_cast<size_t>(n)],
                      static_cast<float>(std::sqrt(squared)));
    }
  }
}

class NeighborsOfWidth : public testing::TestWithParam<int64_t> {};
INSTANTIATE_TEST_SUITE_P(Widths, NeighborsOfWidth, testing::Values(1, 2, 3, 8, 9, 64, 257));

TEST_P(NeighborsOfWidth, AreThoseOfADoubleLoop) {
  expect_naive(random_matrix(201, GetParam(), 3, 1), random_matrix(1203, GetParam(), 3, 2), 15);
}

TEST_P(NeighborsOfWidth, ComeByRowWhereDistancesTie) {
  Matrix references = random_matrix(600, GetParam(), 2, 3);
  for (float& value : references.values) value = static_cast<float>(static_cast<int>(value));
  std::copy_n(references.values.begin(), 100 * GetParam(),
              references.values.end() - 100 * GetParam());
  expect_naive(references, references, 40);
}

TEST_P(NeighborsOfWidth, MayBeAllPoints) {
  const Matrix points = random_matrix(130, GetParam(), 1, 4);
  expect_naive(points, points, 130);
}

TEST_P(NeighborsOfWidth, AreExactInTightClustersFarFromTheOriginAndEachOther) {
  Matrix points = random_matrix(400, GetParam(), 1e-3, 5);
  for (int64_t i = 0; i < points.rows; ++i) {
    for (float& value : points.row(i)) value += i % 2 == 0 ? 1000.0f : 1500.0f;
  }
  expect_naive(points, points, 10);
}

TEST_P(NeighborsOfWidth, AreExactForNumbersWhoseSquaresOverflow) {
  for (const double scale : {1e19, 1e30, 3.4e38}) {
    const Matrix points = random_matrix(300, GetParam(), scale, 6);
    expect_naive(points, points, 5);
  }
}

TEST_P(NeighborsOfWidth, AreExactForNumbersWhoseSquaresUnderflow) {
  for (const double scale : {1e-22, 1e-40}) {
    const Matrix points = random_matrix(500, GetParam(), scale, 9);
    expect_naive(points, points, 5);
  }
}

TEST_P(NeighborsOfWidth, AreTheSameWithAnyNumberOfThreads) {
  Matrix references = random_matrix(1200, GetParam(), 3, 10);
  std::copy_n(references.values.begin(), 600 * GetParam(),
              references.values.end() - 600 * GetParam());  // which tie
  for (const int threads : {1, 2, 5}) {
    const Threads these(threads);
    for (const int64_t queries : {1, 2, 130, 300}) {
      expect_naive(random_matrix(queries, GetParam(), 3, 11), references, 20);
    }
  }
}

TEST(Neighbors, LeaveThePointItselfOut) {
  Matrix points = random_matrix(300, 2, 1, 7);
  std::ranges::copy(points.row(10), points.row(20).begin());
  const Neighbors found = find_neighbors(points, 299);
  for (int64_t i = 0; i < points.rows; ++i) {
    const auto row = found.row(i);
    ASSERT_EQ(std::vector<int64_t>(row.begin(), row.end()), naive_row(points, i, points, 299, i));
  }
  EXPECT_EQ(found.row(10)[0], 20);
  EXPECT_EQ(found.row(20)[0], 10);
}

TEST(Neighbors, RefuseWhatCannotBe) {
  const Matrix points = random_matrix(5, 2, 1, 8);
  EXPECT_THROW(find_neighbors(points, points, 6), Error);
  EXPECT_THROW(find_neighbors(points, points, 0), Error);
  EXPECT_THROW(find_neighbors(points, 5), Error);
  EXPECT_THROW(find_neighbors(points, random_matrix(5, 3, 1, 8), 1), Error);
}

void expect_not_finite(const Matrix& queries, const Matrix& references) {
  try {
    find_neighbors(queries, references, 3);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("not finite"), std::string::npos) << error.what();
  }
}

TEST_P(NeighborsOfWidth, RefuseNumbersThatAreNotFiniteWhereverTheyStand) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const int threads : {1, 3}) {
    const Threads these(threads);
    for (const int64_t count : {1, 130, 900}) {
      const Matrix queries = random_matrix(count, GetParam(), 1, 12);
      const Matrix references = random_matrix(1100, GetParam(), 1, 13);
      for (const float lost : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN()}) {
        for (const bool at_the_end : {false, true}) {
          Matrix wrong = queries;
          (at_the_end ? wrong.values.back() : wrong.values.front()) = lost;
          expect_not_finite(wrong, references);
          wrong = references;
          (at_the_end ? wrong.values.back() : wrong.values.front()) = lost;
          expect_not_finite(queries, wrong);
        }
      }
    }
  }
}

}  // namespace
}  // namespace tsimcne
