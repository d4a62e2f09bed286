// The kernels' formulas on vector registers. Included once for each instruction set.
#if defined(TSIMCNE_LOSS_KERNEL_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef TSIMCNE_LOSS_KERNEL_LANES_INL_HPP_
#undef TSIMCNE_LOSS_KERNEL_LANES_INL_HPP_
#else
#define TSIMCNE_LOSS_KERNEL_LANES_INL_HPP_
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "tsimcne/loss/kernel.hpp"
#include "tsimcne/loss/objective.hpp"

HWY_BEFORE_NAMESPACE();
namespace tsimcne {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

/// 1 / x to a last digit or two of float.
HWY_INLINE Vector reciprocal(Vector x) {
  const Floats d;
#if HWY_ARCH_X86
  // Division is slow there, and 12 correct bits are at hand: a Newton step doubles them.
  const Vector r = hn::ApproximateReciprocal(x);
  return hn::Mul(r, hn::NegMulAdd(x, r, hn::Set(d, 2.0f)));
#else
  return hn::Div(hn::Set(d, 1.0f), x);
#endif
}

// A kernel is a struct of
//   start: what the squared distance is added to before it is given to similarity,
//   similarity: s of start + d^2,
//   slope: p r, for p any number and r = -d log s / d (d^2).

struct Cauchy {
  float start = 1;
  HWY_INLINE Vector similarity(Vector one_and_squared) const { return reciprocal(one_and_squared); }
  HWY_INLINE Vector slope(Vector p, Vector s) const { return hn::Mul(p, s); }
};

/// exp(-start - d^2).
struct Exponential {
  float start;
  HWY_INLINE Vector similarity(Vector x) const { return hn::Exp(Floats(), hn::Neg(x)); }
  HWY_INLINE Vector slope(Vector p, Vector) const { return p; }
};

/// Calls a function of any of these structs with the kernel's own.
template <class Call>
HWY_INLINE void with_formula_of(const Kernel& kernel, const Call& call) {
  switch (kernel.family) {
    case Kernel::Family::cauchy:
      return call(Cauchy());
    case Kernel::Family::gaussian:
      return call(Exponential{0});
    case Kernel::Family::cosine:
      return call(Exponential{static_cast<float>(-1 / kernel.temperature)});
  }
}

/// A kernel whose similarity is negative sampling's term, -log(1 - c s).
template <class Formula>
struct NegativeTerm {
  Formula kernel;
  float start = kernel.start;
  HWY_INLINE Vector similarity(Vector x) const {
    const Floats d;
    const Vector cs =
        hn::Mul(hn::Set(d, static_cast<float>(1 - least_apart)), kernel.similarity(x));
    return hn::Neg(hn::Log1p(d, hn::Neg(cs)));
  }
};

/// A kernel whose slope is that term's: p c / (1 - c s) r.
template <class Formula>
struct NegativeForce {
  Formula kernel;
  float start = kernel.start;
  HWY_INLINE Vector similarity(Vector x) const { return kernel.similarity(x); }
  HWY_INLINE Vector slope(Vector p, Vector s) const {
    const Floats d;
    const Vector c = hn::Set(d, static_cast<float>(1 - least_apart));
    const Vector apart = hn::NegMulAdd(c, s, hn::Set(d, 1.0f));
    return kernel.slope(hn::Mul(hn::Mul(p, c), reciprocal(apart)), s);
  }
};

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace tsimcne
HWY_AFTER_NAMESPACE();

#endif
