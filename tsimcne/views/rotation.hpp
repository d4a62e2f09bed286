#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "tsimcne/views/crop.hpp"
#include "tsimcne/views/rows.hpp"

namespace tsimcne {

/// A turn of an image about its centre, counterclockwise.
struct Rotation {
  int quarter_turns = 0;  // exact, pixel for pixel
  double degrees = 0;     // on top of them
};

/// What a turned image is made of.
struct RotatedImage {
  std::vector<uint8_t> pixels;  // of the image as it was, and a byte more, so that 4 can be read
  int side;
  float cosine, sine;
  std::array<float, 3> fill;  // comes from outside of the image
};

/// A crop of an image (side * side * 3 bytes, RGB, row after row) that was turned. Bilinear; what
/// comes from outside of the image has the mean colour of the image's border.
class RotatedRows : public Rows {
 public:
  RotatedRows(std::span<const uint8_t> image, int side, const Rotation& rotation, const Crop& crop);

  void make(int y, const Planes& row) const override;

 private:
  RotatedImage image_;
  int top_, left_;
};

}  // namespace tsimcne
