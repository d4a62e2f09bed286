#include "tsimcne/loss/kernels.hpp"

#include <ATen/ATen.h>

#include <array>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/loss/loss.hpp"

namespace tsimcne {
namespace {

at::Tensor places(const at::Tensor& z) {
  return z;
}

at::Tensor directions(const at::Tensor& z) {
  return z / z.square().sum(1, true).clamp_min(1e-24).sqrt();
}

/// Such that squared distances are those of directions over twice the temperature 0.1.
at::Tensor sharp_directions(const at::Tensor& z) {
  return directions(z) * std::sqrt(5.0);
}

at::Tensor cauchy(const at::Tensor& squared_distances) {
  return -squared_distances.log1p();
}

at::Tensor gaussian(const at::Tensor& squared_distances) {
  return -squared_distances;
}

/// cos / temperature, at the temperature 0.5 of SimCLR: of directions, cos = 1 - d^2 / 2.
at::Tensor cosine(const at::Tensor& squared_distances) {
  return 2 - squared_distances;
}

/// cos / temperature at the temperature 0.1, of sharp_directions.
at::Tensor sharp_cosine(const at::Tensor& squared_distances) {
  return 10 - squared_distances;
}

constexpr std::array known_kernels = {
    Kernel{"cauchy", places, cauchy},
    Kernel{"gaussian", places, gaussian},
    Kernel{"cosine", directions, cosine},
    Kernel{"sharp-cosine", sharp_directions, sharp_cosine},
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

}  // namespace tsimcne
