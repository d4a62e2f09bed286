#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace tsimcne {

/// sRGB, each in 0 .. 1.
struct Colour {
  double red = 0, green = 0, blue = 0;
};

/// Red, green and blue, 0 .. 255.
std::array<uint8_t, 3> bytes_of(const Colour& colour);

/// What points without a label, and maps without any, are drawn in.
inline constexpr Colour unlabelled_grey{0.72, 0.73, 0.75};
inline constexpr Colour single_blue{0.18, 0.40, 0.62};

/// A colour a class, distinct for the colour-blind too as far as `classes` allows.
std::vector<Colour> class_colours(int64_t classes);

/// The colour as far towards white as `share`, 0 .. 1.
Colour towards_white(const Colour& colour, double share);

/// Blue for a density from 0, white, to 1: equal steps are equally far apart for the eye.
Colour density_colour(double share);

/// A darker colour of the same hue in which text on white is legible.
Colour text_colour(const Colour& colour);

}  // namespace tsimcne
