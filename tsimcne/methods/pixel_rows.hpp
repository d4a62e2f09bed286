#pragma once

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/layout/row_source.hpp"

namespace tsimcne {

/// Every pixel's red, green and blue, from 0 to 1: [n, side * side * 3], of images that outlive it.
RowSource pixels_of(const ImageSet& images);

}  // namespace tsimcne
