#include "tsimcne/views/colour.hpp"

#include <array>
#include <cmath>
#include <span>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tsimcne/views/colour.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

// All changes are made to a vector of pixels while it is in registers. Only contrast has to know
// the whole image before it changes the first pixel, so that an image is gone over twice at most.

HWY_BEFORE_NAMESPACE();
namespace tsimcne::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

enum class Kind { blend_with_level, blend_with_luma, turn_hue };

struct Change {
  Kind kind;
  float amount;     // a factor, or sixths of a turn in [1, 7]
  float level = 0;  // what factor 0 gives
};

template <class V>
struct Pixels {
  V red, green, blue;
};

/// ITU-R BT.601 with the 16-bit weights of PIL.
template <class D, class V>
V luma(D d, const Pixels<V>& p) {
  const V red = hn::Mul(p.red, hn::Set(d, 19595 / 65536.0f));
  const V red_and_green = hn::MulAdd(p.green, hn::Set(d, 38470 / 65536.0f), red);
  return hn::MulAdd(p.blue, hn::Set(d, 7471 / 65536.0f), red_and_green);
}

/// `from` at factor 0, `to` at factor 1, beyond it at larger ones, within [0, 1].
template <class D, class V>
V blend(D d, V from, V to, V factor) {
  const V mixed = hn::MulAdd(factor, hn::Sub(to, from), from);
  return hn::Min(hn::Max(mixed, hn::Zero(d)), hn::Set(d, 1));
}

template <class D, class V>
Pixels<V> blend(D d, V from, const Pixels<V>& p, float amount) {
  const V factor = hn::Set(d, amount);
  return {blend(d, from, p.red, factor), blend(d, from, p.green, factor),
          blend(d, from, p.blue, factor)};
}

/// Where on the colour circle: red at 0, green at 2, blue at 4, from -1 to 5, times the span from
/// the smallest to the largest channel. So nothing is divided, and greys are at 0.
template <class D, class V>
V scaled_hue(D d, const Pixels<V>& p, V largest, V span) {
  const auto is_red = hn::Eq(p.red, largest), is_green = hn::Eq(p.green, largest);
  const V from_green = hn::MulAdd(span, hn::Set(d, 2), hn::Sub(p.blue, p.red));
  const V from_blue = hn::MulAdd(span, hn::Set(d, 4), hn::Sub(p.red, p.green));
  return hn::IfThenElse(is_red, hn::Sub(p.green, p.blue),
                        hn::IfThenElse(is_green, from_green, from_blue));
}

template <class D, class V>
Pixels<V> turn_hue(D d, const Pixels<V>& p, float sixths) {
  const V largest = hn::Max(p.red, hn::Max(p.green, p.blue));
  const V span = hn::Sub(largest, hn::Min(p.red, hn::Min(p.green, p.blue)));
  const V turned = hn::MulAdd(span, hn::Set(d, sixths), scaled_hue(d, p, largest, span));
  // From 0 to 12 sixths, since no hue is below -1 and no turn below 1.
  const V all_around = hn::Mul(span, hn::Set(d, 6));
  const V hue = hn::IfThenElse(hn::Ge(turned, all_around), hn::Sub(turned, all_around), turned);
  const auto distance = [&](float from) HWY_ATTR {
    return hn::Abs(hn::NegMulAdd(span, hn::Set(d, from), hue));
  };
  const auto channel = [&](V below_largest) HWY_ATTR {
    return hn::Sub(largest, hn::Min(hn::Max(below_largest, hn::Zero(d)), span));
  };
  return {channel(hn::MulSub(span, hn::Set(d, 2), distance(3))),
          channel(hn::Sub(distance(2), span)), channel(hn::Sub(distance(4), span))};
}

template <class D, class V>
Pixels<V> change(D d, const Pixels<V>& p, const Change& c) {
  switch (c.kind) {
    case Kind::blend_with_level:
      return blend(d, hn::Set(d, c.level), p, c.amount);
    case Kind::blend_with_luma:
      return blend(d, luma(d, p), p, c.amount);
    case Kind::turn_hue:
      break;
  }
  return turn_hue(d, p, c.amount);
}

/// Changes the pixels from number i on as far as whole vectors go and, if wanted, adds their lumas
/// to `sum`; returns how far.
template <bool wants_sum, class D>
int change_pixels(D d, std::span<const Change> changes, const Planes& image, int i, float& sum) {
  float *red = image.red(), *green = image.green(), *blue = image.blue();
  const int lanes = static_cast<int>(hn::Lanes(d)), end = image.pixels();
  auto lumas = hn::Zero(d);
  for (; i + lanes <= end; i += lanes) {
    Pixels<hn::Vec<D>> p{hn::LoadU(d, red + i), hn::LoadU(d, green + i), hn::LoadU(d, blue + i)};
    for (const Change& c : changes) p = change(d, p, c);
    if constexpr (wants_sum) lumas = hn::Add(lumas, luma(d, p));
    hn::StoreU(p.red, d, red + i);
    hn::StoreU(p.green, d, green + i);
    hn::StoreU(p.blue, d, blue + i);
  }
  if constexpr (wants_sum) sum += hn::GetLane(hn::SumOfLanes(d, lumas));
  return i;
}

/// Returns the mean luma, if wanted.
template <bool wants_sum>
float change_all(std::span<const Change> changes, const Planes& image) {
  float sum = 0;
  const int done = change_pixels<wants_sum>(hn::CappedTag<float, 16>(), changes, image, 0, sum);
  change_pixels<wants_sum>(hn::CappedTag<float, 1>(), changes, image, done, sum);
  return sum / static_cast<float>(image.pixels());
}

/// A turn in sixths, or that turn once more around, in [1, 7].
float sixths_of(double turns) {
  const double sixths = 6 * turns;
  return static_cast<float>(sixths + 6 * std::ceil((1 - sixths) / 6));
}

Change change_of(const View& view, ColourStep step) {
  switch (step) {
    case ColourStep::brightness:
      return {Kind::blend_with_level, static_cast<float>(view.brightness)};
    case ColourStep::contrast:
      return {Kind::blend_with_level, static_cast<float>(view.contrast)};
    case ColourStep::saturation:
      return {Kind::blend_with_luma, static_cast<float>(view.saturation)};
    case ColourStep::hue:
      break;
  }
  return {Kind::turn_hue, sixths_of(view.hue)};
}

void change_colours_of(const View& view, const Planes& image) {
  std::array<Change, 5> changes;
  size_t count = 0, done = 0;
  if (view.jitter) {
    for (const ColourStep step : view.colour_order) {
      changes[count] = change_of(view, step);
      if (step == ColourStep::contrast) {
        const float mean = change_all<true>(std::span(changes).first(count), image);
        changes[count].level = std::floor(255 * mean + 0.5f) / 255;
        done = count;
      }
      ++count;
    }
  }
  if (view.grey) changes[count++] = {Kind::blend_with_luma, 0};
  if (done < count) change_all<false>(std::span(changes).subspan(done, count - done), image);
}

}  // namespace
}  // namespace tsimcne::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {

HWY_EXPORT(change_colours_of);

void change_colours(const View& view, const Planes& image) {
  HWY_DYNAMIC_DISPATCH(change_colours_of)(view, image);
}

}  // namespace tsimcne
#endif
