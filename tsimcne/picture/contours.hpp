#pragma once

#include <span>
#include <vector>

#include "tsimcne/picture/density.hpp"

namespace tsimcne {

/// The closed lines around the parts of a grid where the values are at least `level`, higher values
/// on their left. The values at the grid's edges are to be lower.
std::vector<std::vector<Place>> contours(const Grid& grid, std::span<const double> values,
                                         double level);

}  // namespace tsimcne
