#pragma once

#include <optional>

#include "tsimcne/graph/sparse_rows.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Where a graph's points lie by its slowest waves: the second and third eigenvectors [n, 2] of its
/// normalised Laplacian (Belkin and Niyogi, "Laplacian eigenmaps for dimensionality reduction and
/// data representation", 2003), to a few percent of the next. weights: [n, n], symmetric, 0 or
/// more. None where the graph falls into parts, which those vectors would only tell apart, or has
/// fewer than 32 points. The same with any number of threads.
std::optional<Matrix> spectral_places(const SparseRows& weights);

}  // namespace tsimcne
