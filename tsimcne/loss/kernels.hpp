#pragma once

#include <ATen/core/Tensor.h>

#include <string_view>

namespace tsimcne {

/// A similarity that depends on two points' distance alone. kernel_lanes-inl.hpp has the formula of
/// the same name for registers.
struct Kernel {
  std::string_view name;
  /// The points whose distances count, of the embedding z: [n, d] -> [n, d]. Differentiable.
  at::Tensor (*points)(const at::Tensor& z);
  /// log s, of any shape of squared distances. Differentiable.
  at::Tensor (*log_similarities)(const at::Tensor& squared_distances);
};

}  // namespace tsimcne
