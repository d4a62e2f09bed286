#pragma once

#include <torch/torch.h>

#include <vector>

namespace tsimcne {

/// What is between features and points.
struct HeadShape {
  int64_t hidden = 1024;  // width of the hidden layers
  int64_t layers = 1;     // hidden ones; the published head has one
};

/// The projection head: features -> hidden layers (ReLU) -> dimensions, no batch norm. Its
/// parameters are layers.0.weight, layers.0.bias, layers.2.weight, layers.2.bias and so on.
class ProjectionHeadImpl : public torch::nn::Module {
 public:
  ProjectionHeadImpl(int64_t features, const HeadShape& shape, int64_t dimensions);

  /// [N, features] -> [N, dimensions].
  torch::Tensor forward(const torch::Tensor& features);

  /// Puts a new last layer: weights from N(0, 1), the bias as any linear layer's.
  void replace_last_layer(int64_t dimensions);

  const torch::nn::Linear& last_layer() const { return last_; }

 private:
  void chain_layers();

  std::vector<torch::nn::Linear> hidden_;
  torch::nn::Linear last_;
  torch::nn::Sequential layers_{nullptr};
};
TORCH_MODULE(ProjectionHead);

}  // namespace tsimcne
