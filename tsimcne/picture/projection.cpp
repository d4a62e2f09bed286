#include "tsimcne/picture/projection.hpp"

#include <cmath>
#include <numbers>

namespace tsimcne {

Place project(std::span<const float> point) {
  const double x = point[0], y = point[1];
  if (point.size() == 2) return {x, y, 0};
  constexpr double degree = std::numbers::pi / 180;
  static const double sin_a = std::sin(-60 * degree), cos_a = std::cos(-60 * degree);
  static const double sin_e = std::sin(25 * degree), cos_e = std::cos(25 * degree);
  // The eye is at azimuth -60 and elevation 25 degrees, z points up on the page.
  const double z = point[2], away = cos_a * x + sin_a * y;
  return {-sin_a * x + cos_a * y, cos_e * z - sin_e * away, cos_e * away + sin_e * z};
}

std::vector<Place> project(const Matrix& points) {
  std::vector<Place> places;
  places.reserve(static_cast<size_t>(points.rows));
  for (int64_t i = 0; i < points.rows; ++i) places.push_back(project(points.row(i)));
  return places;
}

}  // namespace tsimcne
