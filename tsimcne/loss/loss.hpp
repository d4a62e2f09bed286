#pragma once

#include <ATen/core/Tensor.h>

#include "tsimcne/loss/kernel.hpp"

namespace tsimcne {

/// A loss and the two forces it is the sum of, each a tensor of one number.
struct ContrastiveLoss {
  at::Tensor loss;
  at::Tensor attraction;
  at::Tensor repulsion;
};

/// InfoNCE (van den Oord et al. 2018; with the Cauchy kernel: Boehm, Berens, Kobak, ICLR 2023,
/// equation 3) over the n = 2b views `z`: [n, d], rows 0 .. b-1 the first and rows b .. 2b-1 the
/// second views of the same b images, with s_ij the kernel's similarity:
///   attraction = - mean over i of log s_ii', i' the other view of i's image,
///   repulsion  =   mean over i of log of the sum over j != i of s_ij,
///   loss       =   attraction + repulsion.
/// All three are differentiable, once. Takes O(n d) memory, and the gradient of the repulsion is
/// made together with its value where z wants one. The same to the last bit whatever the number of
/// threads. Throws an Error where z is not [2b, d] with b > 0 and
/// d > 0.
ContrastiveLoss contrastive_loss(const at::Tensor& z, const Kernel& kernel);

}  // namespace tsimcne
