#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// The k nearest neighbours of each query: rows of the reference, nearest first.
struct Neighbors {
  int64_t queries = 0;
  int64_t k = 0;
  std::vector<int64_t> indices;  // [queries, k]
  std::vector<float> distances;  // [queries, k], Euclidean, of those

  std::span<const int64_t> row(int64_t query) const {
    return {indices.data() + query * k, static_cast<size_t>(k)};
  }
  std::span<const float> distances_of(int64_t query) const {
    return {distances.data() + query * k, static_cast<size_t>(k)};
  }
};

/// Of points of as many dimensions, in double precision.
double squared_distance(std::span<const float> a, std::span<const float> b);

/// Finds the exact k nearest rows of `references` [n, d] for each row of `queries` [m, d] by
/// Euclidean distance; of equal distances the lower row comes first. `left_out` names one reference
/// row a query that is not its neighbour, as a point is not its own, or -1; empty: none.
/// Uses all OpenMP threads, also for one query, and finds the same with any number of them; O(m n
/// d) time. Throws an Error where k is not in 1 .. n (n - 1 with `left_out`), widths differ or
/// values are not finite.
Neighbors find_neighbors(MatrixView queries, MatrixView references, int64_t k,
                         std::span<const int64_t> left_out = {});

/// Each row's k nearest other rows.
Neighbors find_neighbors(MatrixView points, int64_t k);

}  // namespace tsimcne
