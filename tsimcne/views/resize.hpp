#pragma once

#include "tsimcne/views/planes.hpp"
#include "tsimcne/views/rows.hpp"

namespace tsimcne {

/// Which mirrors an image is seen in.
struct Mirrors {
  bool sideways = false;     // exchanges left and right
  bool upside_down = false;  // exchanges top and bottom
};

/// Resizes `in` to the size of `out` as PIL's BILINEAR does (see set_triangle_taps), mirrored.
void resize(const Rows& in, const Mirrors& mirrors, const Planes& out);

}  // namespace tsimcne
