#pragma once

#include <torch/torch.h>

namespace tsimcne {

/// The projection head: features -> hidden (ReLU) -> dimensions, no batch norm. Its parameters are
/// layers.0.weight, layers.0.bias, layers.2.weight and layers.2.bias.
class ProjectionHeadImpl : public torch::nn::Module {
 public:
  ProjectionHeadImpl(int64_t features, int64_t hidden, int64_t dimensions);

  /// [N, features] -> [N, dimensions].
  torch::Tensor forward(const torch::Tensor& features);

  /// Puts a new last layer: weights from N(0, 1), the bias as any linear layer's.
  void replace_last_layer(int64_t dimensions);

  const torch::nn::Linear& last_layer() const { return last_; }

 private:
  void chain_layers();

  torch::nn::Linear first_;
  torch::nn::Linear last_;
  torch::nn::Sequential layers_{nullptr};
};
TORCH_MODULE(ProjectionHead);

}  // namespace tsimcne
