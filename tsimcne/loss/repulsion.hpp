#pragma once

#include <ATen/core/Tensor.h>

#include "tsimcne/loss/kernels.hpp"
#include "tsimcne/loss/objective.hpp"

namespace tsimcne {

/// The repulsion of contrastive_loss() between the kernel's points [n, d], n > 1: a tensor of one
/// number, differentiable once. Takes O(n d) memory.
at::Tensor repulsion(const at::Tensor& points, const Kernel& kernel,
                     const Objective& objective = objective_named("infonce"));

/// The same, as its value and, if wanted, its gradient.
struct Repulsion {
  at::Tensor value;
  at::Tensor gradient;  ///< [n, d]
};

/// In the log domain, a block of rows at a time: on any device, in any floating-point type, for
/// similarities however small.
Repulsion repulsion_by_rows(const at::Tensor& points, const Kernel& kernel,
                            const Objective& objective, bool with_gradient);

}  // namespace tsimcne
