#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// How far a map keeps what is near and what is far in another space, its reference: the features
/// that it was made of, or another map. Points and reference have a row an image.

/// The nearest other rows of the same rows in both spaces.
struct NeighborsInBoth {
  std::vector<int64_t> rows;
  Neighbors on_map;
  Neighbors in_reference;
};

/// Finds the k nearest of `count` random rows, all where there are fewer. k is lowered to n - 1.
/// Throws an Error where the spaces differ in rows or have fewer than 2.
NeighborsInBoth find_in_both(MatrixView map, MatrixView reference, int64_t k, int64_t count,
                             uint64_t seed);

/// The share of the rows' k nearest in the reference that are also among the k nearest on the map,
/// in 0 .. 1; chance is k / (n - 1).
double neighbours_kept(const NeighborsInBoth& both);

/// Whether what is near on the map is near in the reference: 1 less what the ranks, in the
/// reference, of the k nearest on the map exceed k by, in units of the most that they can (Venna
/// and Kaski, "Neighborhood preservation in nonlinear projection methods", 2001). In 0 .. 1; about
/// a half by chance. Of rows that are equally far the rank is the lowest. k is lowered to (n - 1) /
/// 2, beyond which it is not defined. O(rows n d) time. Throws an Error where there are fewer than
/// 3 rows.
double trustworthiness(MatrixView reference, const NeighborsInBoth& both);

/// Whether what is near in the reference is near on the map: the same with the two exchanged.
double continuity(MatrixView map, const NeighborsInBoth& both);

/// Spearman's correlation of the distances in both spaces of `pairs` random pairs of rows, all
/// where there are no more. In -1 .. 1; none where it is undefined: for fewer than 2 pairs or where
/// all distances of a space are equal.
std::optional<double> distance_correlation(MatrixView map, MatrixView reference, int64_t pairs,
                                           uint64_t seed);

}  // namespace tsimcne
