#include "tsimcne/views/resize.hpp"

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

#ifndef TSIMCNE_VIEWS_RESIZE_SCRATCH
#define TSIMCNE_VIEWS_RESIZE_SCRATCH
namespace tsimcne {
namespace {

/// What a thread resizes in; kept from image to image so that it allocates no more.
struct Scratch {
  Taps across, down;
  std::vector<float> row;             // of the input, 3 planes
  std::vector<float> ring;            // the last rows of the input that were made as long as needed
  std::vector<const float*> sources;  // the rows that one of the output is made of
};

}  // namespace
}  // namespace tsimcne
#endif

HWY_BEFORE_NAMESPACE();
namespace tsimcne::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Ints = hn::RebindToSigned<Floats>;
using FloatVec = hn::Vec<Floats>;
using IntVec = hn::Vec<Ints>;

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

/// Makes one row as long as `taps` says.
template <Reach reach>
void resize_row(const Planes& in, const Taps& taps, float* out) {
  const Floats d;
  const Ints di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int x = 0; x < taps.stride; x += lanes) {
    const int32_t* first = taps.first.data() + x;
    const int32_t start = std::min(first[0], first[lanes - 1]);
    const IntVec offset = hn::Sub(hn::LoadU(di, first), hn::Set(di, start));
    FloatVec red = hn::Zero(d), green = red, blue = red;
    for (int t = 0; t < taps.most; ++t) {
      const FloatVec weight = hn::LoadU(d, taps.weights.data() + t * taps.stride + x);
      red = hn::MulAdd(weight, pick<reach>(in.red() + start + t, offset), red);
      green = hn::MulAdd(weight, pick<reach>(in.green() + start + t, offset), green);
      blue = hn::MulAdd(weight, pick<reach>(in.blue() + start + t, offset), blue);
    }
    hn::StoreU(red, d, out + x);
    hn::StoreU(green, d, out + taps.stride + x);
    hn::StoreU(blue, d, out + 2 * taps.stride + x);
  }
}

/// Adds up rows of one plane, `stride` weights apart from one to the next, from number x on as far
/// as whole vectors go; returns how far.
template <class D>
int add_rows(D d, const float* const* rows, int count, int plane, const float* weights, int stride,
             int x, int width, float* out) {
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (; x + lanes <= width; x += lanes) {
    auto sum = hn::Mul(hn::Set(d, weights[0]), hn::LoadU(d, rows[0] + plane + x));
    for (int t = 1; t < count; ++t) {
      sum = hn::MulAdd(hn::Set(d, weights[t * stride]), hn::LoadU(d, rows[t] + plane + x), sum);
    }
    // Rounded weights may sum to a little more than 1.
    hn::StoreU(hn::Min(sum, hn::Set(d, 1)), d, out + x);
  }
  return x;
}

template <Reach reach>
void resize_all(const Rows& in, const Mirrors& mirrors, Scratch& scratch, const Planes& out) {
  const Taps &across = scratch.across, &down = scratch.down;
  const int padded = (in.width() + across.most + 2 * 16 + 15) / 16 * 16;
  scratch.row.resize(static_cast<size_t>(3 * padded));
  const Planes row{scratch.row.data(), 1, padded};
  const int slots = static_cast<int>(std::bit_ceil(static_cast<unsigned>(down.most)));
  const int slot_size = 3 * across.stride;
  scratch.ring.resize(static_cast<size_t>(slots) * static_cast<size_t>(slot_size));
  scratch.sources.resize(static_cast<size_t>(down.most));
  const auto slot = [&](int y) { return scratch.ring.data() + (y & (slots - 1)) * slot_size; };
  int made = 0;
  for (int y = 0; y < out.height; ++y) {
    const int first = down.first[y], count = down.count[y];
    for (; made < first + count; ++made) {
      in.make(made, row);
      resize_row<reach>(row, across, slot(made));
    }
    for (int t = 0; t < count; ++t) scratch.sources[t] = slot(first + t);
    const int to = mirrors.upside_down ? out.height - 1 - y : y;
    for (int c = 0; c < 3; ++c) {
      float* target = out.values + c * out.pixels() + to * out.width;
      const auto add = [&](auto d, int x) {
        return add_rows(d, scratch.sources.data(), count, c * across.stride,
                        down.weights.data() + y, down.stride, x, out.width, target);
      };
      add(hn::CappedTag<float, 1>(), add(Floats(), 0));
    }
  }
}

void resize_in(Scratch& scratch, const Rows& in, const Mirrors& mirrors, const Planes& out) {
  switch (reach_of(in.width(), out.width)) {
    case Reach::one:
      return resize_all<Reach::one>(in, mirrors, scratch, out);
    case Reach::two:
      return resize_all<Reach::two>(in, mirrors, scratch, out);
    case Reach::many:
      return resize_all<Reach::many>(in, mirrors, scratch, out);
  }
}

}  // namespace
}  // namespace tsimcne::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {

HWY_EXPORT(resize_in);

void resize(const Rows& in, const Mirrors& mirrors, const Planes& out) {
  thread_local Scratch scratch;
  set_triangle_taps(in.width(), out.width, mirrors.sideways, scratch.across);
  set_triangle_taps(in.height(), out.height, false, scratch.down);
  HWY_DYNAMIC_DISPATCH(resize_in)(scratch, in, mirrors, out);
}

}  // namespace tsimcne
#endif
