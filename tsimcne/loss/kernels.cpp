#include "tsimcne/loss/kernels.hpp"

#include <ATen/ATen.h>

namespace tsimcne {
namespace {

constexpr double temperature = 0.5;  // of the cosine similarity, as in SimCLR

/// |z_i - z_j|^2 of all pairs: [n, d] -> [n, n].
at::Tensor squared_distances(const at::Tensor& z) {
  if (z.size(1) <= 3) {
    // On a map distances are far smaller than coordinates, and the differences must not cancel.
    at::Tensor sum;
    for (const at::Tensor& x : z.unbind(1)) {
      const at::Tensor square = (x.unsqueeze(1) - x.unsqueeze(0)).square();
      sum = sum.defined() ? sum + square : square;
    }
    return sum;
  }
  const at::Tensor centred = z - z.mean(0, true).detach();
  const at::Tensor norms = centred.square().sum(1);
  const at::Tensor products = at::mm(centred, centred.t());
  return (norms.unsqueeze(1) + norms.unsqueeze(0) - 2 * products).clamp_min(0);
}

}  // namespace

at::Tensor cauchy_log_similarities(const at::Tensor& z) {
  return -squared_distances(z).log1p();
}

at::Tensor gaussian_log_similarities(const at::Tensor& z) {
  return -squared_distances(z);
}

at::Tensor cosine_log_similarities(const at::Tensor& z) {
  const at::Tensor norms = z.square().sum(1, true).clamp_min(1e-24).sqrt();
  const at::Tensor directions = z / norms;
  return at::mm(directions, directions.t()) / temperature;
}

}  // namespace tsimcne
