#pragma once

#include <cstdint>
#include <span>

#include "tsimcne/views/planes.hpp"

namespace tsimcne {

/// A rectangle of an image, in its pixels.
struct Crop {
  int top = 0, left = 0, height = 0, width = 0;

  bool operator==(const Crop&) const = default;
};

/// Takes the crop out of `image` (side * side * 3 bytes, RGB, row after row) into `out`, which is
/// as large as the crop.
void cut_crop(std::span<const uint8_t> image, int side, const Crop& crop, const Planes& out);

}  // namespace tsimcne
