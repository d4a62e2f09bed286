#include "tsimcne/loss/plain_loss.hpp"

#include <ATen/ATen.h>

#include <limits>

#include "tsimcne/loss/kernels.hpp"

namespace tsimcne {
namespace {

/// |z_i - z_j|^2 of all i and the j from `first` on: [n, d] -> [count, n].
at::Tensor squared_distances_of_rows(const at::Tensor& z, int64_t first, int64_t count) {
  if (z.size(1) <= 3) {
    // On a map distances are far smaller than coordinates, and the differences must not cancel.
    at::Tensor sum;
    for (const at::Tensor& x : z.unbind(1)) {
      const at::Tensor square = (x.narrow(0, first, count).unsqueeze(1) - x.unsqueeze(0)).square();
      sum = sum.defined() ? sum + square : square;
    }
    return sum;
  }
  const at::Tensor centred = z - z.mean(0, true).detach();
  const at::Tensor norms = centred.square().sum(1);
  const at::Tensor products = at::mm(centred.narrow(0, first, count), centred.t());
  return (norms.narrow(0, first, count).unsqueeze(1) + norms.unsqueeze(0) - 2 * products)
      .clamp_min(0);
}

/// Of the points from `first` on which of all they are themselves: [count, n].
at::Tensor itself_in_rows(const at::Tensor& points, int64_t first, int64_t count) {
  const at::Tensor all = at::arange(points.size(0), points.options().dtype(at::kLong));
  return all.narrow(0, first, count).unsqueeze(1) == all.unsqueeze(0);
}

at::Tensor log_similarities_of_rows(const at::Tensor& points, const Kernel& kernel, int64_t first,
                                    int64_t count) {
  return log_similarities(kernel, squared_distances_of_rows(points, first, count));
}

}  // namespace

at::Tensor log_sums_of_rows(const at::Tensor& points, const Kernel& kernel, int64_t first,
                            int64_t count) {
  return at::logsumexp(log_similarities_of_rows(points, kernel, first, count)
                           .masked_fill(itself_in_rows(points, first, count),
                                        -std::numeric_limits<double>::infinity()),
                       1);
}

at::Tensor repulsions_of_rows(const at::Tensor& points, const Kernel& kernel,
                              const Objective& objective, int64_t first, int64_t count) {
  if (objective.family == Objective::Family::infonce) {
    return log_sums_of_rows(points, kernel, first, count);
  }
  const at::Tensor similarities = log_similarities_of_rows(points, kernel, first, count).exp();
  const at::Tensor told_apart = -(similarities * (least_apart - 1)).log1p();
  const at::Tensor of_others = told_apart.masked_fill(itself_in_rows(points, first, count), 0);
  return of_others.sum(1) * (objective.negatives / static_cast<double>(points.size(0) - 1));
}

ContrastiveLoss plain_contrastive_loss(const at::Tensor& z, const Kernel& kernel,
                                       const Objective& objective) {
  const int64_t b = z.size(0) / 2;
  const at::Tensor points = points_of(kernel, z);
  ContrastiveLoss result;
  result.attraction =
      -log_similarities(kernel, (points.narrow(0, 0, b) - points.narrow(0, b, b)).square().sum(1))
           .mean();
  result.repulsion = repulsions_of_rows(points, kernel, objective, 0, 2 * b).mean();
  result.loss = result.attraction + result.repulsion;
  return result;
}

}  // namespace tsimcne
