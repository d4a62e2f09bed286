#pragma once

#include <ATen/core/Tensor.h>

#include <string_view>

namespace tsimcne {

/// The kernels that kernel_lanes-inl.hpp has a formula for.
enum class Lanes { cauchy, gaussian, cosine };

/// A similarity that depends on two points' distance alone.
struct Kernel {
  std::string_view name;
  /// The points whose distances count, of the embedding z: [n, d] -> [n, d]. Differentiable.
  at::Tensor (*points)(const at::Tensor& z);
  /// log s, of any shape of squared distances. Differentiable.
  at::Tensor (*log_similarities)(const at::Tensor& squared_distances);
  /// The same formula where similarities are made a vector register at a time.
  Lanes lanes;
};

}  // namespace tsimcne
