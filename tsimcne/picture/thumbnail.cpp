#include "tsimcne/picture/thumbnail.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace tsimcne {

namespace {

/// A square image, RGB, row after row.
struct Square {
  int side;
  std::vector<uint8_t> rgb;
};

/// The image at a whole fraction of its side that is not below `side`: each pixel is the mean of a
/// square of the image's.
Square shrink(std::span<const uint8_t> rgb, int own_side, double side) {
  const int step = std::max(1, static_cast<int>(own_side / std::max(side, 1.0)));
  Square small{own_side / step, {}};
  small.rgb.reserve(size_t{3} * small.side * small.side);
  for (int y = 0; y < small.side; ++y) {
    for (int x = 0; x < small.side; ++x) {
      for (int channel = 0; channel < 3; ++channel) {
        int64_t sum = 0;
        for (int i = 0; i < step * step; ++i) {
          const int row = y * step + i / step, column = x * step + i % step;
          sum += rgb[static_cast<size_t>((int64_t{row} * own_side + column) * 3 + channel)];
        }
        small.rgb.push_back(
            static_cast<uint8_t>((sum + int64_t{step} * step / 2) / (int64_t{step} * step)));
      }
    }
  }
  return small;
}

}  // namespace

void draw_thumbnail(Page& page, const ImageSet& images, const Thumbnail& thumbnail) {
  const Box& box = thumbnail.box;
  Square square = shrink(images.pixels(thumbnail.image), images.side(), box.width * page.scale());
  images.expect_whole();
  if (thumbnail.faded) {
    for (uint8_t& value : square.rgb) value = static_cast<uint8_t>(value + (255 - value) * 7 / 10);
  }
  const double width = std::clamp(0.055 * box.width, 0.4, 1.2);
  const Box within{box.left + width / 2, box.top + width / 2, box.width - width,
                   box.height - width};
  page.draw_image(square.rgb, square.side, square.side, within);
  page.draw_frame(within, width, thumbnail.frame);
}

}  // namespace tsimcne
