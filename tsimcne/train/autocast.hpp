#pragma once

#include <torch/torch.h>

namespace tsimcne {

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
