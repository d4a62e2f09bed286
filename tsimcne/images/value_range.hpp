#pragma once

#include <cmath>
#include <limits>

namespace tsimcne {

/// Black and white among an image's numbers.
struct Range {
  double black = 0;
  double white = 255;
};

/// The least and the largest of numbers.
struct Extent {
  double least = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();

  /// Numbers that are not finite do not count.
  void add(double number) {
    if (!std::isfinite(number)) return;
    least = std::fmin(least, number);
    largest = std::fmax(largest, number);
  }
};

/// The smallest usual range that holds all numbers, 0 to 1 (of floats), 255, 1023, 4095, 16383 or
/// 65535; where none does, their own.
Range range_for(const Extent& extent, bool is_float);

}  // namespace tsimcne
