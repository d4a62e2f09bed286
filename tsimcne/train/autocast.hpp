#pragma once

#include <torch/torch.h>

#include "tsimcne/train/recipe.hpp"

namespace tsimcne {

/// Whether a stage computes in bfloat16: on a GPU always; on a CPU that is faster so where nothing
/// but dense layers learns, whose map is as good by it (docs/recipe.md).
bool trains_in_bfloat16(From from, torch::Device device);

/// While it lives, this thread computes convolutions and matrix products on a device of the given
/// type in bfloat16. Weights, gradients of weights, and sums over many values stay float32.
class Autocast {
 public:
  explicit Autocast(torch::DeviceType type);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  torch::DeviceType type_;
};

}  // namespace tsimcne
