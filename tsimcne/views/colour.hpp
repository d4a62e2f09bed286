#pragma once

#include "tsimcne/views/planes.hpp"

namespace tsimcne {

// Colour changes as torchvision makes them on PIL images, in floats instead of bytes. A factor of 1
// changes nothing. Results stay in [0, 1].

/// Factor 0 is black.
void change_brightness(const Planes& image, float factor);

/// Factor 0 is the image's mean grey, rounded to one of 256 levels.
void change_contrast(const Planes& image, float factor);

/// Factor 0 is the grey image.
void change_saturation(const Planes& image, float factor);

/// Turns the hue (of HSV) by `turns` of the colour circle, red to green to blue; in [-1, 1].
void turn_hue(const Planes& image, float turns);

/// Gives every pixel its luma in all three planes.
void make_grey(const Planes& image);

}  // namespace tsimcne
