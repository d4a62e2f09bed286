#include "tsimcne/map/map.hpp"

#include "tsimcne/error.hpp"
#include "tsimcne/map/map_parts.hpp"
#include "tsimcne/map/number_rows.hpp"

namespace tsimcne {

namespace {

/// Of that shape, without numbers.
Matrix shaped_as(const NpyArray& array, std::string_view name) {
  if (array.shape.size() != 2) {
    fail("{} has {} dimensions; expected 2, a row an image", name, array.shape.size());
  }
  Matrix matrix;
  matrix.rows = array.shape[0];
  matrix.cols = array.shape[1];
  return matrix;
}

}  // namespace

Matrix to_matrix(const NpyArray& array, std::string_view name) {
  Matrix matrix = shaped_as(array, name);
  matrix.values = to_floats(array, name);
  return matrix;
}

Matrix to_points(const NpyArray& array, std::string_view name) {
  Matrix points = shaped_as(array, name);
  const bool is_rounded = array.dtype == "<f4" || array.dtype == "<f2";
  points.values = is_rounded ? to_floats(array, name) : to_centred_floats(array, name);
  if (points.cols != 2 && points.cols != 3) {
    fail("{} has {} columns; expected 2 or 3", name, points.cols);
  }
  require_finite(points, name);
  return points;
}

void check_rows(int64_t rows, int64_t expected, std::string_view name) {
  if (rows != expected) {
    fail("{} has {} rows for {} points; both must come from the same map", name, rows, expected);
  }
}

void check_map(const Map& map) {
  check_rows(map.catalog.size(), map.size(), "the map's catalog");
  if (map.points.cols != 2 && map.points.cols != 3) {
    fail("the map has {} dimensions; expected 2 or 3", map.points.cols);
  }
  if (!map.features.empty()) check_rows(map.features.rows, map.size(), "the map's feature table");
}

}  // namespace tsimcne
