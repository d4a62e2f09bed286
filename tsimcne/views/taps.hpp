#pragma once

#include <cstdint>
#include <vector>

namespace tsimcne {

/// How the pixels of one axis are made of those of another: number i is the sum over t < count[i]
/// of weights[t * stride + i] times number first[i] + t. All lists are `stride` long, a multiple of
/// 16: what comes after the last pixel has its place and no weight, as have weights from count[i]
/// up to `most`.
struct Taps {
  int most = 0;  // the largest count
  int stride = 0;
  std::vector<int32_t> first, count;
  std::vector<float> weights;
};

/// Sets the taps of PIL's BILINEAR from `in` pixels to `out`: a triangle as wide as two pixels of
/// the larger grid, so that shrinking does not alias. Mirrored, the first pixel comes last.
void set_triangle_taps(int in, int out, bool mirrored, Taps& taps);

}  // namespace tsimcne
