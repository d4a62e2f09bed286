#pragma once

#include <functional>

#include "tsimcne/images/vips_image.hpp"

namespace tsimcne {

/// Makes RGB of 8 bits of whatever channels and numbers an image has, alpha over white. Numbers of
/// other widths are scaled as range_for says of all of the image's. To find them `reopen` is
/// called, which opens the image once more. `file` is its content.
void make_rgb(VipsHandle& image, const ImageFormat* format, std::span<const uint8_t> file,
              const std::function<VipsHandle()>& reopen);

}  // namespace tsimcne
