#pragma once

#include <cstdint>
#include <span>

#include "tsimcne/views/planes.hpp"

namespace tsimcne {

/// Takes `pixels` (RGB, 3 bytes each) apart into the beginnings of three planes of floats in
/// [0, 1].
void unpack_pixels(std::span<const uint8_t> pixels, const Planes& out);

}  // namespace tsimcne
