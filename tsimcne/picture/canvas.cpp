#include "tsimcne/picture/canvas.hpp"

#include <algorithm>
#include <cmath>

namespace tsimcne {

namespace {

/// The share of a pixel whose centre is dx, dy from a disc's centre that the disc covers.
double pixel_coverage(double dx, double dy, double radius) {
  constexpr int samples = 16;
  int inside = 0;
  for (int i = 0; i < samples; ++i) {
    for (int j = 0; j < samples; ++j) {
      const double x = dx + (i + 0.5) / samples - 0.5, y = dy + (j + 0.5) / samples - 0.5;
      inside += x * x + y * y <= radius * radius;
    }
  }
  return static_cast<double>(inside) / (samples * samples);
}

}  // namespace

Disc::Disc(double radius)
    : reach_(static_cast<int>(std::ceil(radius + 0.5))),
      side_(2 * reach_ + 1),
      coverage_(static_cast<size_t>(steps * steps * side_ * side_)) {
  auto next = coverage_.begin();
  for (int place = 0; place < steps * steps; ++place) {
    const double x = (place % steps + 0.5) / steps - 0.5, y = (place / steps + 0.5) / steps - 0.5;
    for (int i = -reach_; i <= reach_; ++i) {
      for (int j = -reach_; j <= reach_; ++j) {
        *next++ = static_cast<float>(pixel_coverage(j - x, i - y, radius));
      }
    }
  }
}

Canvas::Canvas(int width, int height)
    : width_(width), height_(height), values_(size_t{3} * width * height, 1.0f) {}

void Canvas::draw(const Disc& disc, double x, double y, const Colour& colour, double opacity) {
  const int column = static_cast<int>(std::floor(x)), row = static_cast<int>(std::floor(y));
  const float* const coverage = disc.coverage(static_cast<int>((x - column) * Disc::steps),
                                              static_cast<int>((y - row) * Disc::steps));
  const int left = column - disc.reach(), top = row - disc.reach();
  const std::array<float, 3> paint{static_cast<float>(colour.red), static_cast<float>(colour.green),
                                   static_cast<float>(colour.blue)};
  for (int i = std::max(0, -top); i < std::min(disc.side(), height_ - top); ++i) {
    for (int j = std::max(0, -left); j < std::min(disc.side(), width_ - left); ++j) {
      const float share = static_cast<float>(opacity) * coverage[i * disc.side() + j];
      float* const value = values_.data() + (int64_t{top + i} * width_ + left + j) * 3;
      for (size_t c = 0; c < 3; ++c) value[c] += (paint[c] - value[c]) * share;
    }
  }
}

std::array<uint8_t, 3> Canvas::pixel(int x, int y) const {
  const float* const value = values_.data() + (int64_t{y} * width_ + x) * 3;
  const auto byte = [](float v) { return static_cast<uint8_t>(std::lround(255 * v)); };
  return {byte(value[0]), byte(value[1]), byte(value[2])};
}

}  // namespace tsimcne
