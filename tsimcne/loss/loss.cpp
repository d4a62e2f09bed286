#include "tsimcne/loss/loss.hpp"

#include <ATen/ATen.h>

#include <array>
#include <limits>

#include "tsimcne/error.hpp"
#include "tsimcne/loss/kernels.hpp"

namespace tsimcne {
namespace {

constexpr std::array known_kernels = {
    Kernel{"cauchy", cauchy_log_similarities},
    Kernel{"gaussian", gaussian_log_similarities},
    Kernel{"cosine", cosine_log_similarities},
};

}  // namespace

const Kernel& kernel_named(std::string_view name) {
  std::string names;
  for (const Kernel& kernel : known_kernels) {
    if (kernel.name == name) return kernel;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", kernel.name);
  }
  fail("there is no kernel \"{}\"; there are {}", name, names);
}

ContrastiveLoss contrastive_loss(const at::Tensor& z, const Kernel& kernel) {
  if (z.dim() != 2 || z.size(0) < 2 || z.size(0) % 2 != 0) {
    fail("the contrastive loss takes two views of each image, [2b, d]; it got {} rows",
         z.dim() == 0 ? 0 : z.size(0));
  }
  const int64_t b = z.size(0) / 2;
  const at::Tensor log_similarities = kernel.log_similarities(z);
  const at::Tensor itself = at::eye(2 * b, z.options().dtype(at::kBool));
  const at::Tensor to_others =
      log_similarities.masked_fill(itself, -std::numeric_limits<double>::infinity());
  ContrastiveLoss result;
  // The similarity is symmetric: the mean over the first views is the mean over all.
  result.attraction = -log_similarities.diagonal(b).mean();
  result.repulsion = at::logsumexp(to_others, 1).mean();
  result.loss = result.attraction + result.repulsion;
  return result;
}

}  // namespace tsimcne
