#include "tsimcne/loss/repulsion.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

#include "tsimcne/loss/plain_loss.hpp"
#include "tsimcne/loss/tiled_repulsion.hpp"

namespace tsimcne {
namespace {

/// Rows of a block: as many pairs as the last cache of a processor holds, or as keep a GPU busy,
/// but no fewer rows than make up for the passes over all points that each block takes.
int64_t rows_of_block(const at::Tensor& points) {
  const int64_t pairs = points.device().is_cpu() ? int64_t{1} << 19 : int64_t{1} << 22;
  return std::max<int64_t>(pairs / points.size(0), 64);
}

Repulsion evaluate(const at::Tensor& points, const Kernel& kernel, const Objective& objective,
                   bool with_gradient) {
  if (points.device().is_cpu() && points.scalar_type() == at::kFloat) {
    if (auto result = tiled_repulsion(points, kernel, objective, with_gradient)) return *result;
  }
  return repulsion_by_rows(points, kernel, objective, with_gradient);
}

/// The gradient is made beside the value, which has the similarities at hand, and kept.
struct RepulsionFunction : torch::autograd::Function<RepulsionFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& points,
                            const Kernel* kernel, const Objective* objective) {
    const Repulsion result = evaluate(points, *kernel, *objective, true);
    context->save_for_backward({result.gradient});
    return result.value;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    return {context->get_saved_variables()[0] * gradients[0], at::Tensor(), at::Tensor()};
  }
};

}  // namespace

Repulsion repulsion_by_rows(const at::Tensor& points, const Kernel& kernel,
                            const Objective& objective, bool with_gradient) {
  const int64_t n = points.size(0);
  const int64_t rows = rows_of_block(points);
  const at::Tensor z = points.detach().requires_grad_(with_gradient);
  Repulsion result;
  std::vector<at::Tensor> sums;
  if (with_gradient) result.gradient = at::zeros_like(points);
  const at::AutoGradMode records(with_gradient);
  for (int64_t first = 0; first < n; first += rows) {
    const int64_t count = std::min(rows, n - first);
    const at::Tensor sum = repulsions_of_rows(z, kernel, objective, first, count).sum() / n;
    sums.push_back(sum.detach());
    if (with_gradient) result.gradient += torch::autograd::grad({sum}, {z})[0];
  }
  result.value = at::stack(sums).sum();
  return result;
}

at::Tensor repulsion(const at::Tensor& points, const Kernel& kernel, const Objective& objective) {
  if (points.requires_grad() && at::GradMode::is_enabled()) {
    return RepulsionFunction::apply(points, &kernel, &objective);
  }
  return evaluate(points, kernel, objective, false).value;
}

}  // namespace tsimcne
