#pragma once

#include <array>
#include <span>
#include <vector>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// A place in the plane of the page, in the map's unit: x to the right, y up, and how near it is to
/// the one who looks (0 for all of a 2-D map).
struct Place {
  double x = 0, y = 0, nearness = 0;
};

/// A point of 2 or 3 coordinates as it is seen: flat maps from above, others along a fixed oblique
/// direction without perspective, so that lengths across the page stay true.
Place project(std::span<const float> point);

std::vector<Place> project(const Matrix& points);

}  // namespace tsimcne
