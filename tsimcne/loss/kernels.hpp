#pragma once

#include <ATen/core/Tensor.h>

#include "tsimcne/loss/kernel.hpp"

namespace tsimcne {

// The kernels' formulas on tensors; kernel_lanes-inl.hpp has them for registers.

/// The points whose distances count, of the embedding z: [n, d] -> [n, d]: z itself, or, of a
/// cosine, directions so far from the origin that log s = 1 / temperature - d^2. Differentiable.
at::Tensor points_of(const Kernel& kernel, const at::Tensor& z);

/// log s, of any shape of squared distances of such points. Differentiable.
at::Tensor log_similarities(const Kernel& kernel, const at::Tensor& squared_distances);

}  // namespace tsimcne
