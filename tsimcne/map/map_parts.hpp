#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tsimcne/files/npy.hpp"
#include "tsimcne/map/map.hpp"

namespace tsimcne {

/// The order of names in which "2" comes before "10".
bool natural_less(std::string_view a, std::string_view b);

/// Sets labels and label_names from a name an image ("" where there is none), sorted by
/// natural_less.
void set_labels(Catalog& catalog, std::span<const std::string> names);

/// Numbers of two dimensions. `name` stands for the array in errors, here and below.
Matrix to_matrix(const NpyArray& array, std::string_view name);

/// A matrix of 2 or 3 columns without infinities and NaNs.
Matrix to_points(const NpyArray& array, std::string_view name);

/// Throws an Error where a part of a map has not one row a point.
void check_rows(int64_t rows, int64_t expected, std::string_view name);

/// Throws an Error where a map's parts do not fit together.
void check_map(const Map& map);

}  // namespace tsimcne
