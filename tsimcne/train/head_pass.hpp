#pragma once

#include <torch/torch.h>

#include <vector>

#include "tsimcne/matrix.hpp"
#include "tsimcne/network/network.hpp"

namespace tsimcne {

/// All parameters of a head, named as in layers.0.weight.
NamedTensors parameters_of(const ProjectionHead& head);

/// A way of rows through a head and of gradients back. On a CPU blocks of rows go it one by one,
/// each by one thread, and what they add up to is added in their order: so the bytes do not depend
/// on the number of threads, as those of a matrix product by all threads would.
class HeadPass {
 public:
  /// rows: [n, f], n > 0, on the head's device.
  HeadPass(ProjectionHead head, const torch::Tensor& rows);

  /// Where the head puts them: [n, d], float32.
  torch::Tensor points() const;

  /// Gives the head's parameters the gradients that follow from that of points().
  void backward(const torch::Tensor& gradient);

 private:
  ProjectionHead head_;
  std::vector<torch::Tensor> blocks_;  // of rows, then of points
};

/// The head's points [n, d] of rows [n, f] on its device, some at a time.
Matrix place_rows(const ProjectionHead& head, const torch::Tensor& rows);

}  // namespace tsimcne
