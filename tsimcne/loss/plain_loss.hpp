#pragma once

#include <ATen/core/Tensor.h>

#include "tsimcne/loss/loss.hpp"

namespace tsimcne {

/// contrastive_loss as it is written in papers: all pairs at once in O(n^2) memory, differentiated
/// by autograd, on any device and in any floating-point type. What the faster makings are tested
/// against.
ContrastiveLoss plain_contrastive_loss(const at::Tensor& z, const Kernel& kernel,
                                       const Objective& objective = objective_named("infonce"));

/// log of the sum over j != i of s_ij, for the `count` rows i from `first` on of the kernel's
/// points [n, d]: [count], in O(count n) memory.
at::Tensor log_sums_of_rows(const at::Tensor& points, const Kernel& kernel, int64_t first,
                            int64_t count);

/// The part of each of those rows i in the repulsion by an objective, which is their mean: [count].
at::Tensor repulsions_of_rows(const at::Tensor& points, const Kernel& kernel,
                              const Objective& objective, int64_t first, int64_t count);

}  // namespace tsimcne
