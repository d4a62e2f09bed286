#pragma once

#include <cstdint>
#include <string_view>

#include "tsimcne/files/npy.hpp"
#include "tsimcne/map/map.hpp"

namespace tsimcne {

/// Numbers of two dimensions. `name` stands for the array in errors, here and below.
Matrix to_matrix(const NpyArray& array, std::string_view name);

/// A matrix of 2 or 3 columns without infinities and NaNs. Coordinates of more digits than float32
/// has are told from the middle of the map, which may lie far off, as on maps of the earth.
Matrix to_points(const NpyArray& array, std::string_view name);

/// Throws an Error where a part of a map has not one row a point.
void check_rows(int64_t rows, int64_t expected, std::string_view name);

/// Throws an Error where a map's parts do not fit together.
void check_map(const Map& map);

}  // namespace tsimcne
