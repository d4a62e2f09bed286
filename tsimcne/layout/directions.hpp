#pragma once

#include <cstdint>
#include <functional>

#include "tsimcne/layout/products.hpp"

namespace tsimcne {

/// The `count` leading eigenvectors [n, count] of a symmetric matrix [n, n] whose eigenvalues are 0
/// or more, the largest first; never more than n. The matrix is known by its products with vectors
/// [n, p]. By iteration of a subspace of a few more dimensions (Halko, Martinsson and Tropp 2011,
/// algorithm 4.4): close to exact for eigenvalues that stand out, and within the leading space for
/// others.
Rows leading_directions(const std::function<Rows(const Rows&)>& times, int64_t n, int64_t count);

}  // namespace tsimcne
