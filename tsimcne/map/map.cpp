#include "tsimcne/map/map.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tsimcne/error.hpp"
#include "tsimcne/map/map_parts.hpp"

namespace tsimcne {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the run of digits off the front of `text`, without leading zeros.
std::string_view take_number(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  std::string_view number = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(number.size());
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a, whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_number(a), y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else if (a.front() != b.front()) {
      return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
    } else {
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // "1" and "01" are two names
}

void set_labels(Catalog& catalog, std::span<const std::string> names) {
  std::vector<std::string> sorted;
  for (const std::string& name : names) {
    if (!name.empty() && (sorted.empty() || sorted.back() != name)) sorted.push_back(name);
  }
  std::ranges::sort(sorted, natural_less);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  catalog.labels.clear();
  for (const std::string& name : names) {
    const auto at = std::ranges::lower_bound(sorted, name, natural_less);
    catalog.labels.push_back(name.empty() ? -1 : static_cast<int32_t>(at - sorted.begin()));
  }
  catalog.label_names = std::move(sorted);
}

Matrix to_matrix(const NpyArray& array, std::string_view name) {
  if (array.shape.size() != 2) {
    fail("{} has {} dimensions; expected 2, a row an image", name, array.shape.size());
  }
  Matrix matrix;
  matrix.rows = array.shape[0];
  matrix.cols = array.shape[1];
  matrix.values = to_floats(array, name);
  return matrix;
}

Matrix to_points(const NpyArray& array, std::string_view name) {
  Matrix points = to_matrix(array, name);
  if (points.cols != 2 && points.cols != 3) {
    fail("{} has {} columns; expected 2 or 3", name, points.cols);
  }
  const auto lost = std::ranges::count_if(points.values, [](float x) { return !std::isfinite(x); });
  if (lost > 0) fail("{} holds {} coordinates that are not finite numbers", name, lost);
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
