#pragma once

#include <ATen/core/Tensor.h>

#include "tsimcne/loss/kernel.hpp"
#include "tsimcne/loss/objective.hpp"

namespace tsimcne {

/// A loss and the two forces it is the sum of, each a tensor of one number.
struct ContrastiveLoss {
  at::Tensor loss;
  at::Tensor attraction;
  at::Tensor repulsion;
};

/// The loss over the n = 2b points `z`: [n, d], rows 0 .. b-1 and b .. 2b-1 in positive pairs, as
/// two views of an image are, with s_ij the kernel's similarity:
///   attraction = - mean over i of log s_ii', i' the other point of i's pair,
///   loss       =   attraction + repulsion,
/// and by InfoNCE (van den Oord et al. 2018; with the Cauchy kernel: Boehm, Berens, Kobak, ICLR
/// 2023, equation 3)
///   repulsion  =   mean over i of log of the sum over j != i of s_ij;
/// or by negative sampling (Damrich et al., ICLR 2023; with the Cauchy kernel UMAP's), for which
/// all other points of the batch stand in for m random ones,
///   repulsion  = - mean over i of m times the mean over j != i of log(1 - c s_ij),
/// with c = 1 - least_apart.
/// All three are differentiable, once. Takes O(n d) memory, and the gradient of the repulsion is
/// made together with its value where z wants one. The same to the last bit whatever the number of
/// threads. Throws an Error where z is not [2b, d] with b > 0 and d > 0, or where the kernel's
/// similarities go beyond the 1 that negative sampling asks of them.
ContrastiveLoss contrastive_loss(const at::Tensor& z, const Kernel& kernel,
                                 const Objective& objective = objective_named("infonce"));

/// Throws an Error where the objective cannot be asked of the kernel.
void require_fitting(const Kernel& kernel, const Objective& objective);

}  // namespace tsimcne
