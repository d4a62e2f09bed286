#include "tsimcne/views/mirror.hpp"

#include <algorithm>

namespace tsimcne {

void mirror_sideways(const Planes& image) {
  float* row = image.values;
  for (int i = 0; i < 3 * image.height; ++i, row += image.width) {
    std::reverse(row, row + image.width);
  }
}

void mirror_upside_down(const Planes& image) {
  for (float* plane : {image.red(), image.green(), image.blue()}) {
    for (int y = 0; y < image.height / 2; ++y) {
      float* row = plane + y * image.width;
      std::swap_ranges(row, row + image.width, plane + (image.height - 1 - y) * image.width);
    }
  }
}

}  // namespace tsimcne
