#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tsimcne/picture/palette.hpp"

namespace tsimcne {

/// A disc's coverage of the pixels around its centre, once for each quarter of a pixel that the
/// centre may be off: a disc is drawn by adding one of these, not by tracing a circle.
class Disc {
 public:
  /// Radius in pixels.
  explicit Disc(double radius);

  static constexpr int steps = 4;  // places of the centre within a pixel, each way

  int side() const { return side_; }
  int reach() const { return reach_; }
  /// side x side coverages, row after row, for a centre at ((x + 0.5) / steps, (y + 0.5) / steps)
  /// within the pixel in their middle, which is `reach` pixels from the first.
  const float* coverage(int x, int y) const {
    return coverage_.data() + (y * steps + x) * side_ * side_;
  }

 private:
  int reach_, side_;
  std::vector<float> coverage_;
};

/// Pixels to draw discs on, white at first. Colours are kept as floats, since many faint discs add
/// up.
class Canvas {
 public:
  Canvas(int width, int height);

  /// Draws a disc centred at x, y pixels from the left and top edges; parts outside are lost.
  void draw(const Disc& disc, double x, double y, const Colour& colour, double opacity);

  /// Red, green and blue of a pixel, 0 .. 255.
  std::array<uint8_t, 3> pixel(int x, int y) const;

 private:
  int width_, height_;
  std::vector<float> values_;  // [height, width, 3]
};

}  // namespace tsimcne
