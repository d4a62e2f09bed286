#include "tsimcne/views/rotation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace tsimcne {
namespace {

using Colour = std::array<float, 3>;

Colour mean_border_colour(std::span<const uint8_t> image, int side) {
  std::array<int, 3> sum{};
  int count = 0;
  for (int y = 0; y < side; ++y) {
    const bool whole_row = y == 0 || y == side - 1;
    for (int x = 0; x < side; x += whole_row ? 1 : side - 1, ++count) {
      for (int c = 0; c < 3; ++c) sum[c] += image[3 * (y * side + x) + c];
    }
  }
  const float scale = 1 / (255.0f * static_cast<float>(count));
  return {static_cast<float>(sum[0]) * scale, static_cast<float>(sum[1]) * scale,
          static_cast<float>(sum[2]) * scale};
}

/// Cosine and sine, exact for quarter turns.
struct Direction {
  float cosine, sine;
};

Direction direction_of(const Rotation& rotation) {
  const double angle = rotation.degrees * std::numbers::pi / 180;
  Direction d{static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
  for (int turn = 0; turn < rotation.quarter_turns; ++turn) d = {-d.sine, d.cosine};
  return d;
}

/// Between the centres of pixels; beyond the outermost centres the outermost pixels go on.
Colour interpolate(const uint8_t* image, int side, float x, float y) {
  const float last = static_cast<float>(side - 1);
  x = std::clamp(x, 0.0f, last);
  y = std::clamp(y, 0.0f, last);
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const int right = std::min(left + 1, side - 1), bottom = std::min(top + 1, side - 1);
  const float fx = x - static_cast<float>(left), fy = y - static_cast<float>(top);
  const uint8_t* upper = image + 3 * top * side;
  const uint8_t* lower = image + 3 * bottom * side;
  Colour colour;
  for (int c = 0; c < 3; ++c) {
    const float a = upper[3 * left + c], b = upper[3 * right + c];
    const float d = lower[3 * left + c], e = lower[3 * right + c];
    const float above = a + fx * (b - a), below = d + fx * (e - d);
    colour[c] = (above + fy * (below - above)) * (1 / 255.0f);
  }
  return colour;
}

}  // namespace

void cut_rotated_crop(std::span<const uint8_t> image, int side, const Rotation& rotation,
                      const Crop& crop, const Planes& out) {
  const Colour fill = mean_border_colour(image, side);
  const auto [cosine, sine] = direction_of(rotation);
  const float centre = static_cast<float>(side - 1) / 2, edge = static_cast<float>(side) / 2;
  for (int i = 0; i < out.pixels(); ++i) {
    // From the centre, x to the right and y down; the pixel's origin lies clockwise of it.
    const float x = static_cast<float>(crop.left + i % crop.width) - centre;
    const float y = static_cast<float>(crop.top + i / crop.width) - centre;
    const float from_x = cosine * x - sine * y, from_y = sine * x + cosine * y;
    const bool inside = std::max(std::abs(from_x), std::abs(from_y)) <= edge;
    const Colour colour =
        inside ? interpolate(image.data(), side, centre + from_x, centre + from_y) : fill;
    out.red()[i] = colour[0];
    out.green()[i] = colour[1];
    out.blue()[i] = colour[2];
  }
}

}  // namespace tsimcne
