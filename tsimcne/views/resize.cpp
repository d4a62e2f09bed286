#include "tsimcne/views/resize.hpp"

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tsimcne/views/taps.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tsimcne/views/resize.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsimcne::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Ints = hn::RebindToSigned<Floats>;
using FloatVec = hn::Vec<Floats>;
using IntVec = hn::Vec<Ints>;

/// Zeros at first, on a cache line's bound.
class AlignedFloats {
 public:
  /// At least `size` of them, those of before where there are enough.
  float* of_size(size_t size) {
    if (size > size_) {
      values_ = hwy::AllocateAligned<float>(size);
      std::fill_n(values_.get(), size, 0.0f);
      size_ = size;
    }
    return values_.get();
  }

 private:
  hwy::AlignedFreeUniquePtr<float[]> values_;
  size_t size_ = 0;
};

/// What a thread resizes in; kept from image to image so that it allocates no more.
struct Scratch {
  Taps across, down;
  AlignedFloats rows;                 // some of the input, each of 3 planes
  AlignedFloats ring;                 // the last ones, made as long as the output's
  std::vector<const float*> sources;  // those that one of the output is made of
};

/// How many neighbouring vectors hold the pixels that one vector of another length is made of.
enum class Reach { one, two, many };

Reach reach_of(int in, int out) {
  return in <= out ? Reach::one : in <= 2 * out ? Reach::two : Reach::many;
}

/// The numbers at `from` + `offset`.
template <Reach reach>
FloatVec pick(const float* from, IntVec offset) {
  const Floats d;
  const Ints di;
  if constexpr (reach == Reach::many) return hn::GatherIndex(d, from, offset);
  if constexpr (reach == Reach::one) {
    return hn::TableLookupLanes(hn::LoadU(d, from), hn::IndicesFromVec(d, offset));
  }
  const auto lanes = static_cast<int32_t>(hn::Lanes(d));
  const auto near = hn::RebindMask(d, hn::Lt(offset, hn::Set(di, lanes)));
  const auto place = hn::IndicesFromVec(d, hn::And(offset, hn::Set(di, lanes - 1)));
  return hn::IfThenElse(near, hn::TableLookupLanes(hn::LoadU(d, from), place),
                        hn::TableLookupLanes(hn::LoadU(d, from + lanes), place));
}

/// Makes one row as long as `taps` says; `known` is their count, or 0 for any.
template <Reach reach, int known>
void resize_row(const Planes& in, const Taps& taps, float* HWY_RESTRICT out) {
  const Floats d;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(d)), stride = taps.stride;
  const int count = known == 0 ? taps.count : known;
  for (int x = 0; x < stride; x += lanes) {
    const int32_t* first = taps.first.data() + x;
    const int32_t start = std::min(first[0], first[lanes - 1]);
    const IntVec offset = hn::Sub(hn::LoadU(di, first), hn::Set(di, start));
    FloatVec red = hn::Zero(d), green = red, blue = red;
    for (int t = 0; t < count; ++t) {
      const FloatVec weight = hn::LoadU(d, taps.weights.data() + t * stride + x);
      red = hn::MulAdd(weight, pick<reach>(in.red() + start + t, offset), red);
      green = hn::MulAdd(weight, pick<reach>(in.green() + start + t, offset), green);
      blue = hn::MulAdd(weight, pick<reach>(in.blue() + start + t, offset), blue);
    }
    hn::StoreU(red, d, out + x);
    hn::StoreU(green, d, out + stride + x);
    hn::StoreU(blue, d, out + 2 * stride + x);
  }
}

/// A row of the output.
struct Target {
  float *red, *green, *blue;
  int width;
};

/// Adds up `count` rows of planes `stride` apart from number x on as far as whole vectors go;
/// returns how far. The weights are `step` apart.
template <int known, class D>
int add_rows(D d, const float* const* rows, int any_count, int stride, const float* weights,
             int step, int x, const Target& out) {
  const int lanes = static_cast<int>(hn::Lanes(d)), count = known == 0 ? any_count : known;
  // Rounded weights may sum to a little more than 1.
  const auto one = hn::Set(d, 1);
  for (; x + lanes <= out.width; x += lanes) {
    auto red = hn::Zero(d), green = red, blue = red;
    for (int t = 0; t < count; ++t) {
      const auto weight = hn::Set(d, weights[t * step]);
      const float* row = rows[t] + x;
      red = hn::MulAdd(weight, hn::LoadU(d, row), red);
      green = hn::MulAdd(weight, hn::LoadU(d, row + stride), green);
      blue = hn::MulAdd(weight, hn::LoadU(d, row + 2 * stride), blue);
    }
    hn::StoreU(hn::Min(red, one), d, out.red + x);
    hn::StoreU(hn::Min(green, one), d, out.green + x);
    hn::StoreU(hn::Min(blue, one), d, out.blue + x);
  }
  return x;
}

template <int known>
void add_row(const Scratch& scratch, int y, const Target& out) {
  const Taps& down = scratch.down;
  const auto add = [&](auto d, int x) {
    return add_rows<known>(d, scratch.sources.data(), down.count, scratch.across.stride,
                           down.weights.data() + y, down.stride, x, out);
  };
  add(hn::CappedTag<float, 1>(), add(Floats(), 0));
}

void add_row(const Scratch& scratch, int y, const Target& out) {
  switch (scratch.down.count) {
    case 2:
      return add_row<2>(scratch, y, out);
    case 3:
      return add_row<3>(scratch, y, out);
    default:
      return add_row<0>(scratch, y, out);
  }
}

template <Reach reach, int known>
void resize_all(const Rows& in, const Mirrors& mirrors, Scratch& scratch, const Planes& out) {
  // A few rows at a time: what was just stored is slow to load at other bounds.
  constexpr int at_once = 4;
  const Taps &across = scratch.across, &down = scratch.down;
  const int length = (in.width() + across.count + 2 * Rows::slack + 15) / 16 * 16;
  float* rows = scratch.rows.of_size(size_t{3} * at_once * length);
  const int slots = static_cast<int>(std::bit_ceil(static_cast<unsigned>(down.count + at_once)));
  float* ring = scratch.ring.of_size(size_t{3} * slots * across.stride);
  scratch.sources.resize(static_cast<size_t>(down.count));
  const auto slot = [&](int y) { return ring + (y & (slots - 1)) * 3 * across.stride; };
  int made = 0;
  for (int y = 0; y < out.height; ++y) {
    while (made < down.first[y] + down.count) {
      const int some = std::min(at_once, in.height() - made);
      for (int i = 0; i < some; ++i) in.make(made + i, {rows + i * 3 * length, 1, length});
      for (int i = 0; i < some; ++i) {
        resize_row<reach, known>({rows + i * 3 * length, 1, length}, across, slot(made + i));
      }
      made += some;
    }
    for (int t = 0; t < down.count; ++t) scratch.sources[t] = slot(down.first[y] + t);
    const int to = (mirrors.upside_down ? out.height - 1 - y : y) * out.width;
    add_row(scratch, y, {out.red() + to, out.green() + to, out.blue() + to, out.width});
  }
}

void resize_rows(const Rows& in, const Mirrors& mirrors, const Planes& out) {
  thread_local Scratch scratch;
  set_triangle_taps(in.width(), out.width, mirrors.sideways, scratch.across);
  set_triangle_taps(in.height(), out.height, false, scratch.down);
  switch (reach_of(in.width(), out.width)) {
    case Reach::one:
      if (scratch.across.count == 2) return resize_all<Reach::one, 2>(in, mirrors, scratch, out);
      return resize_all<Reach::one, 0>(in, mirrors, scratch, out);
    case Reach::two:
      if (scratch.across.count == 3) return resize_all<Reach::two, 3>(in, mirrors, scratch, out);
      return resize_all<Reach::two, 0>(in, mirrors, scratch, out);
    case Reach::many:
      return resize_all<Reach::many, 0>(in, mirrors, scratch, out);
  }
}

}  // namespace
}  // namespace tsimcne::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {

HWY_EXPORT(resize_rows);

void resize(const Rows& in, const Mirrors& mirrors, const Planes& out) {
  HWY_DYNAMIC_DISPATCH(resize_rows)(in, mirrors, out);
}

}  // namespace tsimcne
#endif
