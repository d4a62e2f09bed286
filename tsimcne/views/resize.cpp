#include "tsimcne/views/resize.hpp"

#include <algorithm>
#include <cmath>

namespace tsimcne {
namespace {

void set_triangle_taps(int in, int out, Taps& taps) {
  const double scale = static_cast<double>(in) / out;
  const double support = std::max(scale, 1.0);  // half the triangle's base, in pixels of `in`
  taps.stride = 2 * static_cast<int>(std::ceil(support)) + 1;
  taps.first.resize(out);
  taps.count.resize(out);
  taps.weights.resize(out * taps.stride);
  for (int i = 0; i < out; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int last = std::min(static_cast<int>(centre + support + 0.5), in);
    float* weights = taps.weights.data() + i * taps.stride;
    double sum = 0;
    for (int j = first; j < last; ++j) sum += support - std::abs(j + 0.5 - centre);
    for (int j = first; j < last; ++j) {
      weights[j - first] = static_cast<float>((support - std::abs(j + 0.5 - centre)) / sum);
    }
    taps.first[i] = first;
    taps.count[i] = last - first;
  }
}

/// Makes each column of `in` as long as `taps` says and writes the result transposed, so that going
/// twice over an image resizes both axes, with inner loops along rows both times.
void resize_columns_and_transpose(const Planes& in, const Taps& taps, std::vector<float>& row,
                                  const Planes& out) {
  const int width = in.width;
  row.resize(width);
  float* __restrict sum = row.data();
  for (int plane = 0; plane < 3; ++plane) {
    const float* from = in.values + plane * in.pixels();
    float* to = out.values + plane * out.pixels();
    for (int y = 0; y < out.width; ++y) {
      const float* weights = taps.weights.data() + y * taps.stride;
      const float* source = from + taps.first[y] * width;
      for (int x = 0; x < width; ++x) sum[x] = weights[0] * source[x];
      for (int t = 1; t < taps.count[y]; ++t) {
        source += width;
        for (int x = 0; x < width; ++x) sum[x] += weights[t] * source[x];
      }
      // Rounded weights may sum to a little more than 1.
      for (int x = 0; x < width; ++x) to[x * out.width + y] = std::min(sum[x], 1.0f);
    }
  }
}

}  // namespace

void resize(const Planes& in, const Planes& out, ResizeScratch& scratch) {
  set_triangle_taps(in.height, out.height, scratch.down);
  set_triangle_taps(in.width, out.width, scratch.across);
  scratch.columns.resize(3 * in.width * out.height);
  const Planes columns{scratch.columns.data(), in.width, out.height};
  resize_columns_and_transpose(in, scratch.down, scratch.row, columns);
  resize_columns_and_transpose(columns, scratch.across, scratch.row, out);
}

}  // namespace tsimcne
