#pragma once

#include <vector>

#include "tsimcne/views/planes.hpp"

namespace tsimcne {

/// How the pixels of one axis are made of those of another: number i is the sum over t < count[i]
/// of weights[i * stride + t] times number first[i] + t.
struct Taps {
  int stride = 0;
  std::vector<int> first, count;
  std::vector<float> weights;
};

/// What resize works in; kept from call to call so that it allocates no more.
struct ResizeScratch {
  Taps down, across;
  std::vector<float> row, columns;
};

/// Resizes `in` to the size of `out` as PIL's BILINEAR does: with a triangle as wide as two pixels
/// of the larger grid, so that shrinking does not alias.
void resize(const Planes& in, const Planes& out, ResizeScratch& scratch);

}  // namespace tsimcne
