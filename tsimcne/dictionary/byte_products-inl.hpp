// Sums of products of bytes, four a lane. Included once for each instruction set.
#if defined(TSIMCNE_DICTIONARY_BYTE_PRODUCTS_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef TSIMCNE_DICTIONARY_BYTE_PRODUCTS_INL_HPP_
#undef TSIMCNE_DICTIONARY_BYTE_PRODUCTS_INL_HPP_
#else
#define TSIMCNE_DICTIONARY_BYTE_PRODUCTS_INL_HPP_
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace tsimcne {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::CappedTag<int32_t, 16>;  // of four bytes; a lane an atom
using Word = hn::Vec<Words>;

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_SSE4  // or better

using Halves = hn::Repartition<int16_t, Words>;

/// Two sums a word, of 16 bits, which together are the lane's; they may go around.
using Sums = hn::Vec<Halves>;

HWY_INLINE Sums start_sums(Word starts) {
  return hn::BitCast(Halves(), starts);
}

/// Adds the products of unsigned bytes x and signed bytes a. No two neighbours of the products may
/// be beyond 16 bits together.
HWY_INLINE Sums add_products(Sums sums, Word x, Word a) {
#if HWY_TARGET <= HWY_AVX3
  return hn::Add(sums, Sums{_mm512_maddubs_epi16(x.raw, a.raw)});
#elif HWY_TARGET == HWY_AVX2
  return hn::Add(sums, Sums{_mm256_maddubs_epi16(x.raw, a.raw)});
#else
  return hn::Add(sums, Sums{_mm_maddubs_epi16(x.raw, a.raw)});
#endif
}

/// A lane's sum in the upper half of its word; the lower half holds no meaning.
HWY_INLINE Word whole_sums(Sums sums) {
  const Word both = hn::BitCast(Words(), sums);
  return hn::Add(both, hn::ShiftLeft<16>(both));
}

#else

using Sums = Word;

HWY_INLINE Sums start_sums(Word starts) {
  return starts;
}

HWY_INLINE Sums add_products(Sums sums, Word x, Word a) {
  const Word byte = hn::Set(Words(), 0xff);
  sums = hn::Add(sums, hn::Mul(hn::And(x, byte), hn::ShiftRight<24>(hn::ShiftLeft<24>(a))));
  sums = hn::Add(
      sums, hn::Mul(hn::And(hn::ShiftRight<8>(x), byte), hn::ShiftRight<24>(hn::ShiftLeft<16>(a))));
  sums = hn::Add(
      sums, hn::Mul(hn::And(hn::ShiftRight<16>(x), byte), hn::ShiftRight<24>(hn::ShiftLeft<8>(a))));
  return hn::Add(sums, hn::Mul(hn::And(hn::ShiftRight<24>(x), byte), hn::ShiftRight<24>(a)));
}

HWY_INLINE Word whole_sums(Sums sums) {
  return hn::ShiftLeft<16>(sums);
}

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace tsimcne
HWY_AFTER_NAMESPACE();

#endif
