#pragma once

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/graph/sparse_rows.hpp"

namespace tsimcne {

/// The fuzzy set of UMAP (McInnes, Healy and Melville, "UMAP: Uniform manifold approximation and
/// projection for dimension reduction", 2018, algorithms 2 and 3): how strongly two points are
/// joined, from 0 to 1. To a point i its nearest is joined by 1, and others at a distance d by
/// exp(-(d - rho_i) / sigma_i), where rho_i is the nearest distance that is not 0 and all weights
/// of i sum up to log2(k + 1); of both directions the probabilistic union is taken, a + b - ab.
/// near: of n points among themselves, each without itself; it counts as one more, so that
/// umap-learn's n_neighbors is k + 1. The same with any number of threads.
SparseRows fuzzy_set(const Neighbors& near);

/// How strongly new points are joined to those that a map was made of, [m, k] as near: k of these
/// for each. exp(-(d - nearest) / sigma), where the sum of exp(-d / sigma) without the nearest is
/// log2(k): umap-learn's weights, in shares of the nearest's. Each row's depend on it alone.
Matrix weights_of_new(const Neighbors& near);

}  // namespace tsimcne
