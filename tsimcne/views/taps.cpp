#include "tsimcne/views/taps.hpp"

#include <algorithm>
#include <cmath>

namespace tsimcne {

void set_triangle_taps(int in, int out, bool mirrored, Taps& taps) {
  const double scale = static_cast<double>(in) / out;
  const double support = std::max(scale, 1.0);  // half the triangle's base, in pixels of `in`
  taps.most = 2 * static_cast<int>(std::ceil(support));
  taps.stride = (out + 15) / 16 * 16;
  taps.first.resize(static_cast<size_t>(taps.stride));
  taps.count.resize(static_cast<size_t>(taps.stride));
  taps.weights.assign(static_cast<size_t>(taps.most) * static_cast<size_t>(taps.stride), 0);
  for (int i = 0; i < out; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int last = std::min(static_cast<int>(centre + support + 0.5), in);
    const int place = mirrored ? out - 1 - i : i;
    double sum = 0;
    for (int j = first; j < last; ++j) sum += support - std::abs(j + 0.5 - centre);
    const double unit = 1 / sum;
    float* weight = taps.weights.data() + place;
    for (int j = first; j < last; ++j, weight += taps.stride) {
      *weight = static_cast<float>((support - std::abs(j + 0.5 - centre)) * unit);
    }
    taps.first[place] = first;
    taps.count[place] = last - first;
  }
  std::fill(taps.first.begin() + out, taps.first.end(), taps.first[out - 1]);
  std::fill(taps.count.begin() + out, taps.count.end(), 0);
}

}  // namespace tsimcne
