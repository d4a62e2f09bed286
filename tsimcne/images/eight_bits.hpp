#pragma once

#include <functional>

#include "tsimcne/images/vips_image.hpp"

namespace tsimcne {

/// Makes RGB of 8 bits of whatever channels and numbers an image has, alpha over white. Numbers of
/// other widths are scaled by the smallest usual range that holds all of the image's: 0 to 1 (of
/// floats), 255, 1023, 4095, 16383 or 65535; else by its own range. To find it `reopen` is called,
/// which opens the image once more. `file` is its content.
void make_rgb(VipsHandle& image, const ImageFormat* format, std::span<const uint8_t> file,
              const std::function<VipsHandle()>& reopen);

}  // namespace tsimcne
