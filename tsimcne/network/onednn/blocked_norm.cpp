#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tsimcne/network/onednn/blocked_norm.cpp"
#include "tsimcne/network/onednn/blocked_norm.hpp"
// Highway compiles the rest of this file once for every kind of vector.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tsimcne {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Calls work(tag, first value, first channel) for every run of lanes that share a vector: a column
/// of the image, `positions` values that lie `block` apart.
template <class Work>
void for_each_column(const BlockedShape& shape, const Work& work) {
  const hn::CappedTag<float, 8> narrow;
  const hn::CappedTag<float, 16> wide;
  const auto run = [&](auto tag) {
    const auto lanes = static_cast<int64_t>(hn::Lanes(tag));
    for (int64_t block = 0; block < shape.blocks; ++block) {
      for (int64_t lane = 0; lane < shape.block; lane += lanes) {
        work(tag, block * shape.positions * shape.block + lane, block * shape.block + lane);
      }
    }
  };
  if (shape.block == 16) {
    run(wide);
  } else {
    run(narrow);
  }
}

void MeasureImage(const BlockedShape& shape, const float* y, float* means, float* squares) {
  for_each_column(shape, [&](auto tag, int64_t first, int64_t channel) {
    const int64_t end = first + shape.positions * shape.block;
    auto sum = hn::Zero(tag);
    for (int64_t i = first; i < end; i += shape.block) sum = hn::Add(sum, hn::LoadU(tag, y + i));
    const auto mean = hn::Mul(sum, hn::Set(tag, 1.0f / static_cast<float>(shape.positions)));
    auto square = hn::Zero(tag);
    for (int64_t i = first; i < end; i += shape.block) {
      const auto difference = hn::Sub(hn::LoadU(tag, y + i), mean);
      square = hn::MulAdd(difference, difference, square);
    }
    hn::StoreU(mean, tag, means + channel);
    hn::StoreU(square, tag, squares + channel);
  });
}

template <bool with_residual, bool with_relu>
void Normalise(const BlockedShape& shape, const float* y, const float* scale, const float* shift,
               const float* residual, float* out) {
  for_each_column(shape, [&](auto tag, int64_t first, int64_t channel) {
    const auto a = hn::LoadU(tag, scale + channel);
    const auto b = hn::LoadU(tag, shift + channel);
    const int64_t end = first + shape.positions * shape.block;
    for (int64_t i = first; i < end; i += shape.block) {
      auto value = hn::MulAdd(hn::LoadU(tag, y + i), a, b);
      if constexpr (with_residual) value = hn::Add(value, hn::LoadU(tag, residual + i));
      // In this order what is no number stays none.
      if constexpr (with_relu) value = hn::Max(hn::Zero(tag), value);
      hn::StoreU(value, tag, out + i);
    }
  });
}

void NormaliseImage(const BlockedShape& shape, const float* y, const float* scale,
                    const float* shift, const float* residual, bool relu, float* out) {
  if (residual != nullptr) {
    relu ? Normalise<true, true>(shape, y, scale, shift, residual, out)
         : Normalise<true, false>(shape, y, scale, shift, residual, out);
  } else {
    relu ? Normalise<false, true>(shape, y, scale, shift, residual, out)
         : Normalise<false, false>(shape, y, scale, shift, residual, out);
  }
}

/// The gradient where `value` is positive, 0 elsewhere.
template <class Tag, class Vector>
Vector Gated(Tag tag, Vector gradient, Vector value) {
  return hn::IfThenElseZero(hn::Gt(value, hn::Zero(tag)), gradient);
}

template <Gate gate, bool with_gated>
void SumGradients(const BlockedShape& shape, const float* gradient, const float* output,
                  const float* y, const float* scale, const float* shift, const float* mean,
                  float* gated, float* sums, float* products) {
  for_each_column(shape, [&](auto tag, int64_t first, int64_t channel) {
    const auto a = hn::LoadU(tag, scale + channel);
    const auto b = hn::LoadU(tag, shift + channel);
    const auto m = hn::LoadU(tag, mean + channel);
    auto sum = hn::Zero(tag), product = hn::Zero(tag);
    const int64_t end = first + shape.positions * shape.block;
    for (int64_t i = first; i < end; i += shape.block) {
      auto d = hn::LoadU(tag, gradient + i);
      const auto value = hn::LoadU(tag, y + i);
      if constexpr (gate == Gate::output) d = Gated(tag, d, hn::LoadU(tag, output + i));
      if constexpr (gate == Gate::input) d = Gated(tag, d, hn::MulAdd(value, a, b));
      if constexpr (with_gated) hn::StoreU(d, tag, gated + i);
      sum = hn::Add(sum, d);
      product = hn::MulAdd(d, hn::Sub(value, m), product);
    }
    hn::StoreU(sum, tag, sums + channel);
    hn::StoreU(product, tag, products + channel);
  });
}

void SumGradientsOfImage(const BlockedShape& shape, const float* gradient, Gate gate,
                         const float* output, const float* y, const float* scale,
                         const float* shift, const float* mean, float* gated, float* sums,
                         float* products) {
  const auto run = [&](auto sum_gradients) {
    sum_gradients(shape, gradient, output, y, scale, shift, mean, gated, sums, products);
  };
  const bool keep = gated != nullptr;
  switch (gate) {
    case Gate::none:
      return keep ? run(SumGradients<Gate::none, true>) : run(SumGradients<Gate::none, false>);
    case Gate::output:
      return keep ? run(SumGradients<Gate::output, true>) : run(SumGradients<Gate::output, false>);
    case Gate::input:
      return keep ? run(SumGradients<Gate::input, true>) : run(SumGradients<Gate::input, false>);
  }
}

template <bool with_gate>
void Differentiate(const BlockedShape& shape, const float* gradient, const float* y,
                   const float* scale, const float* shift, const float* of_gradient,
                   const float* of_y, const float* constant, float* gradient_y) {
  for_each_column(shape, [&](auto tag, int64_t first, int64_t channel) {
    const auto a = hn::LoadU(tag, scale + channel);
    const auto b = hn::LoadU(tag, shift + channel);
    const auto by_gradient = hn::LoadU(tag, of_gradient + channel);
    const auto by_y = hn::LoadU(tag, of_y + channel);
    const auto offset = hn::LoadU(tag, constant + channel);
    const int64_t end = first + shape.positions * shape.block;
    for (int64_t i = first; i < end; i += shape.block) {
      auto d = hn::LoadU(tag, gradient + i);
      const auto value = hn::LoadU(tag, y + i);
      if constexpr (with_gate) d = Gated(tag, d, hn::MulAdd(value, a, b));
      hn::StoreU(hn::MulAdd(d, by_gradient, hn::MulAdd(value, by_y, offset)), tag, gradient_y + i);
    }
  });
}

void DifferentiateImage(const BlockedShape& shape, const float* gradient, Gate gate, const float* y,
                        const float* scale, const float* shift, const float* of_gradient,
                        const float* of_y, const float* constant, float* gradient_y) {
  const auto run = gate == Gate::input ? Differentiate<true> : Differentiate<false>;
  run(shape, gradient, y, scale, shift, of_gradient, of_y, constant, gradient_y);
}

/// Calls work(tag, place in x, place in thin) for every vector of the thin image.
template <class Work>
void for_each_thin_vector(int64_t blocks, int block, const Thinning& thinning, const Work& work) {
  const hn::CappedTag<float, 8> tag;
  const auto lanes = static_cast<int64_t>(hn::Lanes(tag));
  int64_t thin = 0;
  for (int64_t b = 0; b < blocks; ++b) {
    for (int64_t row = 0; row < thinning.height; row += thinning.stride) {
      for (int64_t column = 0; column < thinning.width; column += thinning.stride) {
        const int64_t place = ((b * thinning.height + row) * thinning.width + column) * block;
        for (int64_t lane = 0; lane < block; lane += lanes, thin += lanes) {
          work(tag, place + lane, thin);
        }
      }
    }
  }
}

void ThinOutImage(int64_t blocks, int block, const Thinning& thinning, const float* x,
                  float* thin) {
  for_each_thin_vector(blocks, block, thinning, [&](auto tag, int64_t from, int64_t to) {
    hn::StoreU(hn::LoadU(tag, x + from), tag, thin + to);
  });
}

void AddThinImage(int64_t blocks, int block, const Thinning& thinning, const float* thin,
                  float* x) {
  for_each_thin_vector(blocks, block, thinning, [&](auto tag, int64_t to, int64_t from) {
    hn::StoreU(hn::Add(hn::LoadU(tag, x + to), hn::LoadU(tag, thin + from)), tag, x + to);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace tsimcne
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {

HWY_EXPORT(MeasureImage);
HWY_EXPORT(NormaliseImage);
HWY_EXPORT(SumGradientsOfImage);
HWY_EXPORT(DifferentiateImage);
HWY_EXPORT(ThinOutImage);
HWY_EXPORT(AddThinImage);

void measure_image(const BlockedShape& shape, const float* y, float* means, float* squares) {
  HWY_DYNAMIC_DISPATCH(MeasureImage)(shape, y, means, squares);
}

void normalise_image(const BlockedShape& shape, const float* y, const float* scale,
                     const float* shift, const float* residual, bool relu, float* out) {
  HWY_DYNAMIC_DISPATCH(NormaliseImage)(shape, y, scale, shift, residual, relu, out);
}

void sum_gradients_of_image(const BlockedShape& shape, const float* gradient, Gate gate,
                            const float* output, const float* y, const float* scale,
                            const float* shift, const float* mean, float* gated, float* sums,
                            float* products) {
  HWY_DYNAMIC_DISPATCH(SumGradientsOfImage)
  (shape, gradient, gate, output, y, scale, shift, mean, gated, sums, products);
}

void differentiate_image(const BlockedShape& shape, const float* gradient, Gate gate,
                         const float* y, const float* scale, const float* shift,
                         const float* of_gradient, const float* of_y, const float* constant,
                         float* gradient_y) {
  HWY_DYNAMIC_DISPATCH(DifferentiateImage)
  (shape, gradient, gate, y, scale, shift, of_gradient, of_y, constant, gradient_y);
}

void thin_out_image(int64_t blocks, int block, const Thinning& thinning, const float* x,
                    float* thin) {
  HWY_DYNAMIC_DISPATCH(ThinOutImage)(blocks, block, thinning, x, thin);
}

void add_thin_image(int64_t blocks, int block, const Thinning& thinning, const float* thin,
                    float* x) {
  HWY_DYNAMIC_DISPATCH(AddThinImage)(blocks, block, thinning, thin, x);
}

}  // namespace tsimcne
#endif
