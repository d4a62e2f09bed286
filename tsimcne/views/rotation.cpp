#include "tsimcne/views/rotation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tsimcne/views/rotation.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsimcne::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, Rows::slack>;
using Ints = hn::RebindToSigned<Floats>;
using FloatVec = hn::Vec<Floats>;
using IntVec = hn::Vec<Ints>;

/// A vector of pixels, each in the lowest 24 bits of a lane, red lowest.
IntVec gather_pixels(const RotatedImage& image, IntVec x, IntVec y) {
  const Ints d;
  const IntVec index = hn::Add(hn::Mul(y, hn::Set(d, image.side)), x);
  const auto* base = reinterpret_cast<const int32_t*>(image.pixels.data());
  return hn::GatherOffset(d, base, hn::Mul(index, hn::Set(d, 3)));
}

template <int channel>
FloatVec level_of(IntVec pixels) {
  const IntVec shifted = hn::ShiftRight<8 * channel>(pixels);
  return hn::ConvertTo(Floats(), hn::And(shifted, hn::Set(Ints(), 255)));
}

/// The four pixels around some place and how far it is from the upper left one.
struct Neighbours {
  IntVec upper_left, upper_right, lower_left, lower_right;
  FloatVec right, down;  // in [0, 1)
};

/// Beyond the centres of the outermost pixels these go on.
Neighbours neighbours_of(const RotatedImage& image, FloatVec x, FloatVec y) {
  const Floats d;
  const Ints di;
  const IntVec last = hn::Set(di, image.side - 1), one = hn::Set(di, 1);
  const FloatVec end = hn::ConvertTo(d, last);
  x = hn::Min(hn::Max(x, hn::Zero(d)), end);
  y = hn::Min(hn::Max(y, hn::Zero(d)), end);
  const IntVec left = hn::ConvertTo(di, x), top = hn::ConvertTo(di, y);
  const IntVec right = hn::Min(hn::Add(left, one), last), bottom = hn::Min(hn::Add(top, one), last);
  return {gather_pixels(image, left, top),    gather_pixels(image, right, top),
          gather_pixels(image, left, bottom), gather_pixels(image, right, bottom),
          hn::Sub(x, hn::ConvertTo(d, left)), hn::Sub(y, hn::ConvertTo(d, top))};
}

FloatVec between(FloatVec a, FloatVec b, FloatVec share) {
  return hn::MulAdd(share, hn::Sub(b, a), a);
}

template <int channel>
FloatVec interpolate(const Neighbours& n) {
  const FloatVec above =
      between(level_of<channel>(n.upper_left), level_of<channel>(n.upper_right), n.right);
  const FloatVec below =
      between(level_of<channel>(n.lower_left), level_of<channel>(n.lower_right), n.right);
  return hn::Mul(between(above, below, n.down), hn::Set(Floats(), 1 / 255.0f));
}

/// A row, `y` below the image's centre, `width` pixels from `left` on.
void rotate_row(const RotatedImage& image, float y, int left, int width, const Planes& row) {
  const Floats d;
  const FloatVec cosine = hn::Set(d, image.cosine), sine = hn::Set(d, image.sine);
  const FloatVec centre = hn::Set(d, static_cast<float>(image.side - 1) / 2);
  const FloatVec edge = hn::Set(d, static_cast<float>(image.side) / 2);
  const FloatVec down = hn::Set(d, y);
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    // From the centre, x to the right and y down; the pixel's origin lies clockwise of it.
    const FloatVec right = hn::Sub(hn::Iota(d, static_cast<float>(left + i)), centre);
    const FloatVec x = hn::MulSub(cosine, right, hn::Mul(sine, down));
    const FloatVec y_from = hn::MulAdd(sine, right, hn::Mul(cosine, down));
    const auto inside = hn::Le(hn::Max(hn::Abs(x), hn::Abs(y_from)), edge);
    const Neighbours n = neighbours_of(image, hn::Add(x, centre), hn::Add(y_from, centre));
    const auto store = [&](FloatVec colour, float fill, float* out) HWY_ATTR {
      hn::StoreU(hn::IfThenElse(inside, colour, hn::Set(d, fill)), d, out + i);
    };
    store(interpolate<0>(n), image.fill[0], row.red());
    store(interpolate<1>(n), image.fill[1], row.green());
    store(interpolate<2>(n), image.fill[2], row.blue());
  }
}

}  // namespace
}  // namespace tsimcne::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {
namespace {

std::array<float, 3> mean_border_colour(std::span<const uint8_t> image, int side) {
  std::array<int64_t, 3> sum{};
  int64_t count = 0;
  for (int y = 0; y < side; ++y) {
    const bool whole_row = y == 0 || y == side - 1;
    for (int x = 0; x < side; x += whole_row ? 1 : side - 1, ++count) {
      for (int c = 0; c < 3; ++c) sum[c] += image[3 * (y * side + x) + c];
    }
  }
  const float scale = 1 / (255.0f * static_cast<float>(count));
  return {static_cast<float>(sum[0]) * scale, static_cast<float>(sum[1]) * scale,
          static_cast<float>(sum[2]) * scale};
}

/// The image turned; exactly, by quarter turns.
RotatedImage rotate(std::span<const uint8_t> image, int side, const Rotation& rotation) {
  const double angle = rotation.degrees * std::numbers::pi / 180;
  float cosine = static_cast<float>(std::cos(angle)), sine = static_cast<float>(std::sin(angle));
  for (int turn = 0; turn < rotation.quarter_turns; ++turn) {
    const float before = cosine;
    cosine = -sine;
    sine = before;
  }
  std::vector<uint8_t> pixels(image.size() + 1);
  std::ranges::copy(image, pixels.begin());
  return {std::move(pixels), side, cosine, sine, mean_border_colour(image, side)};
}

}  // namespace

HWY_EXPORT(rotate_row);

RotatedRows::RotatedRows(std::span<const uint8_t> image, int side, const Rotation& rotation,
                         const Crop& crop)
    : Rows(crop.height, crop.width),
      image_(rotate(image, side, rotation)),
      top_(crop.top),
      left_(crop.left) {}

void RotatedRows::make(int y, const Planes& row) const {
  const float down = static_cast<float>(top_ + y) - static_cast<float>(image_.side - 1) / 2;
  HWY_DYNAMIC_DISPATCH(rotate_row)(image_, down, left_, width(), row);
}

}  // namespace tsimcne
#endif
