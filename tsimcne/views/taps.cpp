#include "tsimcne/views/taps.hpp"

#include <algorithm>
#include <cmath>

namespace tsimcne {

namespace {

/// The taps of one pixel, `stride` apart: a triangle about `centre`, cut off before pixel 0 of the
/// other axis and from pixel `in` on. Returns the first one's pixel. `known` is their count, or 0.
template <int known>
int set_pixel(double centre, double support, int in, int any_count, int stride, float* weights) {
  const int count = known == 0 ? any_count : known;
  const int start = std::max(static_cast<int>(centre - support + 0.5), 0);
  const int first = std::min(start, in - count);
  const auto height = [&](int t) {
    return std::max(support - std::abs(first + t + 0.5 - centre), 0.0);
  };
  double sum = 0;
  for (int t = 0; t < count; ++t) sum += height(t);
  const double unit = 1 / sum;
  for (int t = 0; t < count; ++t) weights[t * stride] = static_cast<float>(height(t) * unit);
  return first;
}

template <int known>
void set_pixels(int in, int out, double support, bool mirrored, Taps& taps) {
  const double scale = static_cast<double>(in) / out;
  const int count = taps.count, stride = taps.stride;
  int32_t* first = taps.first.data();
  float* weights = taps.weights.data();
  for (int i = 0; i < out; ++i) {
    const int place = mirrored ? out - 1 - i : i;
    const double centre = (i + 0.5) * scale;
    first[place] = set_pixel<known>(centre, support, in, count, stride, weights + place);
  }
}

}  // namespace

void set_triangle_taps(int in, int out, bool mirrored, Taps& taps) {
  const double support = std::max(static_cast<double>(in) / out, 1.0);  // half the triangle's base
  taps.count = std::min(static_cast<int>(std::ceil(2 * support)), in);
  taps.stride = (out + 15) / 16 * 16;
  taps.first.resize(static_cast<size_t>(taps.stride));
  taps.weights.assign(static_cast<size_t>(taps.count) * static_cast<size_t>(taps.stride), 0);
  if (taps.count == 2) {
    set_pixels<2>(in, out, support, mirrored, taps);
  } else {
    set_pixels<0>(in, out, support, mirrored, taps);
  }
  std::fill(taps.first.begin() + out, taps.first.end(), taps.first[out - 1]);
}

}  // namespace tsimcne
