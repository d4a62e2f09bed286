#include "tsimcne/dictionary/codes.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tsimcne/dictionary/codes.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "tsimcne/dictionary/byte_products-inl.hpp"

// A tile of four patches and two vectors of atoms has its sums in registers. Products of bytes are
// added up in 16 bits, two sums a product of vectors: they may go around on the way, but the whole
// sum, at most 209 x 137 of unit vectors and their roundings, does not.

HWY_BEFORE_NAMESPACE();
namespace tsimcne {
namespace HWY_NAMESPACE {
namespace {

/// Four bytes of a patch for every lane.
HWY_INLINE Word repeat_four(const uint8_t* bytes) {
  int32_t four;
  std::memcpy(&four, bytes, sizeof(four));
  return hn::Set(Words(), four);
}

/// Of the patches, those to which each of two vectors of atoms is active.
HWY_INLINE void count_vectors(const int32_t* atoms, const int32_t* starts, const uint8_t* patches,
                              int64_t rows, int64_t width, int32_t threshold, float* counts) {
  const Words d;
  const hn::RebindToFloat<Words> floats;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const Word start0 = hn::LoadU(d, starts), start1 = hn::LoadU(d, starts + lanes);
  const Word limit = hn::Set(d, threshold);
  Word count0 = hn::Zero(d), count1 = hn::Zero(d);
  for (int64_t row = 0; row < rows; row += patches_at_once) {
    Sums sums[patches_at_once][2];
    for (auto& of_patch : sums) {
      of_patch[0] = start_sums(start0);
      of_patch[1] = start_sums(start1);
    }
    const uint8_t* const tile = patches + row * width;
    for (int64_t k = 0; k < width; k += 4) {
      const int32_t* const words = atoms + k / 4 * Atoms::block;
      const Word a0 = hn::LoadU(d, words), a1 = hn::LoadU(d, words + lanes);
      for (int64_t p = 0; p < patches_at_once; ++p) {
        const Word x = repeat_four(tile + p * width + k);
        sums[p][0] = add_products(sums[p][0], x, a0);
        sums[p][1] = add_products(sums[p][1], x, a1);
      }
    }
    for (const auto& of_patch : sums) {  // a mask is -1 where it is set
      count0 = hn::Sub(count0, hn::VecFromMask(d, hn::Gt(whole_sums(of_patch[0]), limit)));
      count1 = hn::Sub(count1, hn::VecFromMask(d, hn::Gt(whole_sums(of_patch[1]), limit)));
    }
  }
  hn::StoreU(hn::ConvertTo(floats, count0), floats, counts);
  hn::StoreU(hn::ConvertTo(floats, count1), floats, counts + lanes);
}

void count_all(const Atoms& atoms, const uint8_t* patches, std::span<const int32_t> cells,
               int32_t threshold, float* counts) {
  const int64_t width = atoms.width(), count = atoms.count();
  const int64_t step = 2 * static_cast<int64_t>(hn::Lanes(Words()));
  float some[Atoms::block];
  for (int64_t first = 0; first < count; first += step) {
    const int64_t within = first % Atoms::block;
    const int32_t* const words = atoms.words().data() + (first - within) * width / 4 + within;
    for (size_t c = 0; c + 1 < cells.size(); ++c) {
      count_vectors(words, atoms.starts().data() + first, patches + cells[c] * width,
                    cells[c + 1] - cells[c], width, threshold, some);
      std::copy_n(some, std::min(step, count - first),
                  counts + static_cast<int64_t>(c) * count + first);
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace tsimcne
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {

namespace {

constexpr float atom_scale = 128;
constexpr float most_patch = 127, most_atom = 64;

/// Above it the cosine is: in the units of both sides.
constexpr int32_t threshold =
    static_cast<int32_t>(Atoms::active * double{patch_scale} * double{atom_scale});

int whole(float value, float scale, float most) {
  return static_cast<int>(std::lround(std::clamp(value * scale, -most, most)));
}

}  // namespace

void write_patch(std::span<const float> direction, std::span<uint8_t> row) {
  std::ranges::fill(row, patch_zero);
  for (size_t k = 0; k < direction.size(); ++k) {
    row[k] = static_cast<uint8_t>(patch_zero + whole(direction[k], patch_scale, most_patch));
  }
}

Atoms::Atoms(const Matrix& directions)
    : count_(directions.rows), width_(code_width(directions.cols)) {
  const int64_t padded = (count_ + block - 1) / block * block;
  words_.resize(static_cast<size_t>(padded * width_ / 4));
  starts_.resize(static_cast<size_t>(padded));
  for (int64_t i = 0; i < count_; ++i) {
    std::vector<int8_t> row(static_cast<size_t>(width_));
    for (size_t k = 0; k < static_cast<size_t>(directions.cols); ++k) {
      row[k] = static_cast<int8_t>(whole(directions.row(i)[k], atom_scale, most_atom));
    }
    for (int64_t k = 0; k < width_; k += 4) std::memcpy(word(i, k), row.data() + k, 4);
    starts_[static_cast<size_t>(i)] = (-128 * std::reduce(row.begin(), row.end(), 0)) & 0xffff;
  }
}

int32_t* Atoms::word(int64_t atom, int64_t k) {
  return words_.data() + (atom / block * width_ + k) / 4 * block + atom % block;
}

HWY_EXPORT(count_all);

void count_active(const Atoms& atoms, std::span<const uint8_t> patches,
                  std::span<const int32_t> cells, std::span<float> counts) {
  // Sums are compared in the upper half of 32 bits, where the lower half holds anything.
  constexpr int32_t above = (threshold << 16) | 0xffff;
  HWY_DYNAMIC_DISPATCH(count_all)(atoms, patches.data(), cells, above, counts.data());
}

}  // namespace tsimcne
#endif
