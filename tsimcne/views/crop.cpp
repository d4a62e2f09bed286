#include "tsimcne/views/crop.hpp"

namespace tsimcne {

void cut_crop(std::span<const uint8_t> image, int side, const Crop& crop, const Planes& out) {
  for (int y = 0; y < crop.height; ++y) {
    const uint8_t* pixel = image.data() + 3 * ((crop.top + y) * side + crop.left);
    float* __restrict red = out.red() + y * crop.width;
    float* __restrict green = out.green() + y * crop.width;
    float* __restrict blue = out.blue() + y * crop.width;
    for (int x = 0; x < crop.width; ++x) {
      red[x] = pixel[3 * x] * (1 / 255.0f);
      green[x] = pixel[3 * x + 1] * (1 / 255.0f);
      blue[x] = pixel[3 * x + 2] * (1 / 255.0f);
    }
  }
}

}  // namespace tsimcne
