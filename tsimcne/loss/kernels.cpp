#include "tsimcne/loss/kernels.hpp"

#include <ATen/ATen.h>

#include <array>
#include <cmath>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Family = Kernel::Family;

constexpr std::array known_kernels = {
    Kernel{"cauchy", Family::cauchy},
    Kernel{"gaussian", Family::gaussian},
    Kernel{"cosine", Family::cosine, 0.5},
    Kernel{"sharp-cosine", Family::cosine, 0.1},
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

at::Tensor points_of(const Kernel& kernel, const at::Tensor& z) {
  if (kernel.family != Family::cosine) return z;
  const double length = std::sqrt(1 / (2 * kernel.temperature));
  return z / z.square().sum(1, true).clamp_min(1e-24).sqrt() * length;
}

at::Tensor log_similarities(const Kernel& kernel, const at::Tensor& squared_distances) {
  switch (kernel.family) {
    case Family::cauchy:
      return -squared_distances.log1p();
    case Family::gaussian:
      return -squared_distances;
    case Family::cosine:
      return 1 / kernel.temperature - squared_distances;
  }
  return {};
}

}  // namespace tsimcne
