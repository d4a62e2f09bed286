#include "tsimcne/views/taps.hpp"

#include <algorithm>
#include <cmath>

namespace tsimcne {

void set_triangle_taps(int in, int out, bool mirrored, Taps& taps) {
  const double scale = static_cast<double>(in) / out;
  const double support = std::max(scale, 1.0);  // half the triangle's base, in pixels of `in`
  const int count = std::min(static_cast<int>(std::ceil(2 * support)), in);
  const int stride = (out + 15) / 16 * 16;
  taps.count = count;
  taps.stride = stride;
  taps.first.resize(static_cast<size_t>(stride));
  taps.weights.assign(static_cast<size_t>(count) * static_cast<size_t>(stride), 0);
  for (int i = 0; i < out; ++i) {
    const double centre = (i + 0.5) * scale;
    const int start = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int first = std::min(start, in - count);
    const auto height = [&](int t) {
      return std::max(support - std::abs(first + t + 0.5 - centre), 0.0);
    };
    double sum = 0;
    for (int t = 0; t < count; ++t) sum += height(t);
    const double unit = 1 / sum;
    const int place = mirrored ? out - 1 - i : i;
    taps.first[place] = first;
    for (int t = 0; t < count; ++t) {
      taps.weights[t * stride + place] = static_cast<float>(height(t) * unit);
    }
  }
  std::fill(taps.first.begin() + out, taps.first.end(), taps.first[out - 1]);
}

}  // namespace tsimcne
