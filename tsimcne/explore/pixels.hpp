#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tsimcne {

/// A square picture, RGB, row after row; black at first.
struct Pixels {
  int side = 0;
  std::vector<uint8_t> values;  // [side, side, 3]

  explicit Pixels(int the_side)
      : side(the_side), values(static_cast<size_t>(the_side) * static_cast<size_t>(the_side) * 3) {}
};

/// Draws a square image (RGB, `image_side` pixels wide) into `pixels`, its upper left corner at x,
/// y, `side` pixels wide, at most as wide as it is: each pixel is the mean of the area it covers.
void shrink_into(Pixels& pixels, int x, int y, int side, std::span<const uint8_t> image,
                 int image_side);

/// quality: 1 .. 100; from 90 on colours have the full resolution. Throws an Error where the
/// picture has no pixels, or a side of more than 65,500.
std::string encode_jpeg(const Pixels& pixels, int quality);

}  // namespace tsimcne
