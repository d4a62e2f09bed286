#include "tsimcne/views/unpack.hpp"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tsimcne/views/unpack.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsimcne::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<uint8_t, 16>;
constexpr size_t block = hn::MaxLanes(Bytes());  // pixels

/// A block's channel from bytes to floats.
void widen(const uint8_t* bytes, float* out) {
  const hn::CappedTag<float, block> d;
  const hn::Rebind<int32_t, decltype(d)> ints;
  const hn::Rebind<uint8_t, decltype(d)> narrow;
  const auto scale = hn::Set(d, 1 / 255.0f);
  for (size_t i = 0; i < block; i += hn::Lanes(d)) {
    const auto level = hn::ConvertTo(d, hn::PromoteTo(ints, hn::LoadU(narrow, bytes + i)));
    hn::StoreU(hn::Mul(level, scale), d, out + i);
  }
}

void unpack_block(const uint8_t* pixels, float* red, float* green, float* blue) {
  const Bytes d;
  hn::Vec<decltype(d)> r, g, b;
  hn::LoadInterleaved3(d, pixels, r, g, b);
  alignas(16) std::array<uint8_t, block> bytes;
  hn::Store(r, d, bytes.data());
  widen(bytes.data(), red);
  hn::Store(g, d, bytes.data());
  widen(bytes.data(), green);
  hn::Store(b, d, bytes.data());
  widen(bytes.data(), blue);
}

/// Fewer pixels than a block.
void unpack_few(const uint8_t* pixels, size_t count, float* red, float* green, float* blue) {
  std::array<uint8_t, 3 * block> bytes{};
  std::array<float, 3 * block> floats;
  std::copy_n(pixels, 3 * count, bytes.data());
  unpack_block(bytes.data(), &floats[0], &floats[block], &floats[2 * block]);
  std::copy_n(&floats[0], count, red);
  std::copy_n(&floats[block], count, green);
  std::copy_n(&floats[2 * block], count, blue);
}

void unpack(const uint8_t* pixels, size_t count, float* red, float* green, float* blue) {
  if (count < block) return unpack_few(pixels, count, red, green, blue);
  for (size_t i = 0; i < count; i += block) {
    const size_t at = std::min(i, count - block);  // the last block may take some once more
    unpack_block(pixels + 3 * at, red + at, green + at, blue + at);
  }
}

}  // namespace
}  // namespace tsimcne::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {

HWY_EXPORT(unpack);

void unpack_pixels(std::span<const uint8_t> pixels, const Planes& out) {
  HWY_DYNAMIC_DISPATCH(unpack)
  (pixels.data(), pixels.size() / 3, out.red(), out.green(), out.blue());
}

}  // namespace tsimcne
#endif
