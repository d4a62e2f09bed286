#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "tsimcne/loss/repulsion.hpp"

namespace tsimcne {

/// The repulsion and its gradient on the processor, in float, tile by tile of the matrix of
/// similarities, each of which stays in a core's cache from its making to its use. Nothing where
/// the similarities of a point are so small that their sum leaves float's range.
///
/// With Z_i the sum of row i, q_ij = (1/Z_i + 1/Z_j) s_ij r_ij and r = -d log s / d (d^2), the
/// gradient of row i is -2/n times the sum over j of q_ij (z_i - z_j): one sweep over the tiles for
/// Z and, if the gradient is wanted, one that makes the similarities again. Both are symmetric, so
/// only half of the tiles are visited.
std::optional<Repulsion> tiled_repulsion(const at::Tensor& points, const Kernel& kernel,
                                         bool with_gradient);

}  // namespace tsimcne
