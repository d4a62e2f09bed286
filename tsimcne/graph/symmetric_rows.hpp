#pragma once

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/graph/sparse_rows.hpp"

namespace tsimcne {

/// A symmetric matrix [n, n] of what n points are to their neighbours among themselves, each
/// without itself: of two points unite(w_ij, w_ji), where a weight is 0 if the one is no neighbour
/// of the other. weights: [n, k], of near's. unite(a, b) must be unite(b, a), to the byte.
SparseRows symmetric_rows(const Neighbors& near, MatrixView weights, float (*unite)(float, float));

}  // namespace tsimcne
