#pragma once

namespace tsimcne {

/// An image as three planes of floats in [0, 1], red, green and blue, one after another; rows of
/// `width`. Like a span it points at values that others own.
struct Planes {
  float* values;
  int height;
  int width;

  /// Of one plane.
  int pixels() const { return height * width; }
  float* red() const { return values; }
  float* green() const { return values + pixels(); }
  float* blue() const { return values + 2 * pixels(); }
};

}  // namespace tsimcne
