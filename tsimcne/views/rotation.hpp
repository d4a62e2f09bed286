#pragma once

#include <cstdint>
#include <span>

#include "tsimcne/views/crop.hpp"
#include "tsimcne/views/planes.hpp"

namespace tsimcne {

/// A turn of an image about its centre, counterclockwise.
struct Rotation {
  int quarter_turns = 0;  // exact, pixel for pixel
  double degrees = 0;     // on top of them
};

/// Turns `image` (side * side * 3 bytes, RGB, row after row) and takes the crop out of the result
/// into `out`, which is as large as the crop. Bilinear; what comes from outside of the image has
/// the mean colour of the image's border.
void cut_rotated_crop(std::span<const uint8_t> image, int side, const Rotation& rotation,
                      const Crop& crop, const Planes& out);

}  // namespace tsimcne
