#include "tsimcne/graph/many_neighbors.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

/// Points around `centres` places in 12 dimensions; with 0, around none.
Matrix cloud(int64_t n, int64_t centres) {
  Random random(3, Stream::subset);
  Matrix places(std::max<int64_t>(centres, 1), 12);
  if (centres > 0) {
    for (float& x : places.values) x = static_cast<float>(random.uniform(-6, 6));
  }
  Matrix points(n, 12);
  for (int64_t i = 0; i < n; ++i) {
    const auto place = places.row(i % places.rows);
    for (size_t c = 0; c < 12; ++c) {
      points.row(i)[c] = place[c] + static_cast<float>(random.uniform(-1, 1));
    }
  }
  return points;
}

double recall(const Neighbors& found, const Neighbors& exact) {
  int64_t hits = 0;
  for (int64_t i = 0; i < exact.queries; ++i) {
    for (const int64_t j : exact.row(i)) hits += std::ranges::count(found.row(i), j);
  }
  return static_cast<double>(hits) / static_cast<double>(exact.indices.size());
}

TEST(NeighborsByCells, AreNearlyAll) {
  for (const int64_t centres : {0, 40}) {
    const Matrix points = cloud(5000, centres);
    const Neighbors found = neighbors_by_cells(points, 10, 1), exact = find_neighbors(points, 10);
    EXPECT_GT(recall(found, exact), 0.95) << centres;
    for (int64_t i = 0; i < points.rows; ++i) {
      EXPECT_EQ(std::ranges::count(found.row(i), i), 0);
      EXPECT_TRUE(std::ranges::is_sorted(found.distances_of(i)));
      EXPECT_GE(found.distances_of(i)[9], exact.distances_of(i)[9]);
    }
  }
}

TEST(NeighborsByCells, AreTheSameWithAnyNumberOfThreads) {
  const Matrix points = cloud(3000, 7);
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  const Neighbors one = neighbors_by_cells(points, 6, 1);
  omp_set_num_threads(3);
  const Neighbors three = neighbors_by_cells(points, 6, 1);
  omp_set_num_threads(before);
  EXPECT_EQ(one.indices, three.indices);
  EXPECT_EQ(one.distances, three.distances);
}

TEST(NeighborsByCells, OfEqualAndFewPoints) {
  Matrix equal(300, 4);
  const Neighbors of_equal = neighbors_by_cells(equal, 5, 1);
  for (const float distance : of_equal.distances) EXPECT_EQ(distance, 0);
  for (int64_t i = 0; i < 300; ++i) EXPECT_EQ(std::ranges::count(of_equal.row(i), i), 0);
  for (const int64_t n : {2, 3, 5}) {
    const Matrix points = cloud(n, 0);
    EXPECT_EQ(neighbors_by_cells(points, n - 1, 1).indices, find_neighbors(points, n - 1).indices);
  }
  EXPECT_THROW(neighbors_by_cells(equal, 300, 1), Error);
}

}  // namespace
}  // namespace tsimcne
