#pragma once

#include <cstdint>
#include <vector>

namespace tsimcne {

/// How the pixels of one axis are made of those of another: number i is the sum over t < count of
/// weights[t * stride + i] times number first[i] + t. A list is `stride` long, a multiple of 16;
/// what comes after the last pixel weighs nothing.
struct Taps {
  int count = 0;
  int stride = 0;
  std::vector<int32_t> first;
  std::vector<float> weights;
};

/// Sets the taps of PIL's BILINEAR from `in` pixels to `out`: a triangle as wide as two pixels of
/// the larger grid, so that shrinking does not alias. Mirrored, the first pixel comes last.
void set_triangle_taps(int in, int out, bool mirrored, Taps& taps);

}  // namespace tsimcne
