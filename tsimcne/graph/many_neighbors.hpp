#pragma once

#include "tsimcne/graph/neighbors.hpp"

namespace tsimcne {

/// Points up to which neighbors_of() looks at all pairs.
constexpr int64_t most_points_of_all_pairs = 100'000;

/// Each point's k nearest others, or nearly: of many points some 97 % of them, in less than n^2
/// time. Points are parted into cells by k-means, and those of a cell look for their neighbors in
/// as many of the nearest cells as it takes, which is measured: a sample of points looks everywhere
/// (Sivic and Zisserman, "Video Google", 2003; as inverted lists: Jegou, Douze and Schmid, "Product
/// quantization for nearest neighbor search", 2011). Where no cells are apart, all pairs are looked
/// at after all. Throws as find_neighbors() does. The same for a seed with any number of threads.
Neighbors neighbors_of(MatrixView points, int64_t k, uint64_t seed);

/// The same for any number of points.
Neighbors neighbors_by_cells(MatrixView points, int64_t k, uint64_t seed);

}  // namespace tsimcne
