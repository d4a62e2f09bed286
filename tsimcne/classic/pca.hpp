#pragma once

#include <cstdint>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// The scores [n, components] of the rows of `data` [n, d] on their first principal components, in
/// the data's unit. Each component's loading of largest magnitude is positive, so that signs never
/// change from run to run. Components past the data's rank are zero. O(n d min(n, d)) time and
/// min(n, d)^2 doubles of memory. Throws an Error where there is no row or a value is not finite.
Matrix principal_components(const Matrix& data, int64_t components);

}  // namespace tsimcne
