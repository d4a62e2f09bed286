#pragma once

#include <cstdint>
#include <span>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {

/// Width and height of an image in pixels, upright.
struct Shape {
  int width = 0;
  int height = 0;

  bool operator==(const Shape&) const = default;
};

/// The shape that the image declares, without decoding it. Throws like decode_image.
Shape measure_image(const FoundImage& found);

/// Decodes an image as RGB, 8 bits, upright, over white, its first frame, and fits it into `out`:
/// side x side pixels, row after row. An image that has this size is not changed. Answers the
/// image's own shape. Throws an Error that says what is wrong with the image, in a few words that
/// fit behind its name; they are only to be relied on while no other thread decodes.
Shape decode_image(const FoundImage& found, int side, Fit fit, std::span<uint8_t> out);

/// Decodes a plain JPEG of side x side pixels, several times as fast as decode_image, with the same
/// pixels. False, with anything in `out`, for every other file.
bool decode_small_jpeg(std::span<const uint8_t> file, int side, std::span<uint8_t> out);

}  // namespace tsimcne
