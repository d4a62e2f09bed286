#pragma once

#include <cstdint>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/picture/page.hpp"

namespace tsimcne {

/// How an image of a collection is shown on a page.
struct Thumbnail {
  int64_t image = 0;
  Box box{};  // a square, with the frame
  Colour frame{};
  bool faded = false;
};

/// Draws an image in a thin frame. Large ones are made smaller first, so that no file holds more
/// pixels than can be seen.
void draw_thumbnail(Page& page, const ImageSet& images, const Thumbnail& thumbnail);

}  // namespace tsimcne
