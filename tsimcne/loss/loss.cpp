#include "tsimcne/loss/loss.hpp"

#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include "tsimcne/error.hpp"
#include "tsimcne/loss/kernels.hpp"
#include "tsimcne/loss/repulsion.hpp"

namespace tsimcne {

void require_fitting(const Kernel& kernel, const Objective& objective) {
  if (objective.family == Objective::Family::infonce || kernel.family != Kernel::Family::cosine) {
    return;
  }
  fail("{} takes a kernel whose similarities are at most 1, cauchy or gaussian, not {}",
       objective.name, kernel.name);
}

ContrastiveLoss contrastive_loss(const at::Tensor& z, const Kernel& kernel,
                                 const Objective& objective) {
  require_fitting(kernel, objective);
  if (z.dim() != 2 || z.size(0) < 2 || z.size(0) % 2 != 0 || z.size(1) < 1) {
    fail("the contrastive loss takes pairs of points, [2b, d]; it got [{}]",
         fmt::join(z.sizes(), ", "));
  }
  const int64_t b = z.size(0) / 2;
  const at::Tensor points = points_of(kernel, z);
  const at::Tensor across = points.narrow(0, 0, b) - points.narrow(0, b, b);
  ContrastiveLoss result;
  // The similarity is symmetric: the mean over the first points is the mean over all.
  result.attraction = -log_similarities(kernel, across.square().sum(1)).mean();
  result.repulsion = repulsion(points, kernel, objective);
  result.loss = result.attraction + result.repulsion;
  return result;
}

}  // namespace tsimcne
