#include "tsimcne/methods/pixel_rows.hpp"

namespace tsimcne {

RowSource pixels_of(const ImageSet& images) {
  const int64_t side = images.side(), cols = side * side * 3;
  return {images.size(), cols, [&images](int64_t first, int64_t count, float* out) {
            for (int64_t i = 0; i < count; ++i) {
              for (const uint8_t value : images.pixels(first + i)) {
                *out++ = static_cast<float>(value) / 255.0f;
              }
            }
          }};
}

}  // namespace tsimcne
