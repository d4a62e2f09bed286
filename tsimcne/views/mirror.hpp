#pragma once

#include "tsimcne/views/planes.hpp"

namespace tsimcne {

/// Exchanges left and right.
void mirror_sideways(const Planes& image);

/// Exchanges top and bottom.
void mirror_upside_down(const Planes& image);

}  // namespace tsimcne
