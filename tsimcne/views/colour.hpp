#pragma once

#include "tsimcne/views/planes.hpp"
#include "tsimcne/views/view.hpp"

namespace tsimcne {

/// Makes the view's colour changes, as torchvision makes them on PIL images, in floats instead of
/// bytes: of brightness (factor 0 is black), contrast (0 is the mean grey, rounded to one of 256
/// levels), saturation (0 is the grey image) and hue (of HSV, red to green to blue), in the view's
/// order, and then to grey. Results stay in [0, 1].
void change_colours(const View& view, const Planes& image);

}  // namespace tsimcne
