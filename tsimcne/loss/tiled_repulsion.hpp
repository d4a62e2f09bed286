#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "tsimcne/loss/repulsion.hpp"

namespace tsimcne {

/// The repulsion and its gradient on the processor, in float, tile by tile of the matrix of
/// similarities, each of which stays in a core's cache from its making to its use. Nothing where
/// the similarities of a point are so small that their sum leaves float's range.
///
/// The repulsion is the mean over i of g(F_i), F_i the sum over j != i of terms f_ij: by InfoNCE
/// f = s and g = log; by negative sampling f = -log(1 - c s) and g = m / (n - 1) times F. With
/// w_i = g'(F_i) and q_ij = -(w_i + w_j) d f_ij / d (d^2) the gradient of row i is -2/n times the
/// sum over j of q_ij (z_i - z_j): one sweep over the tiles for F and, if the gradient is wanted,
/// one that makes the similarities again. Both are symmetric, so only half of the tiles are
/// visited.
std::optional<Repulsion> tiled_repulsion(const at::Tensor& points, const Kernel& kernel,
                                         const Objective& objective, bool with_gradient);

}  // namespace tsimcne
