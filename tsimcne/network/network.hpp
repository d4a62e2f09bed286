#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tsimcne/network/backbone.hpp"
#include "tsimcne/network/layers.hpp"
#include "tsimcne/network/projection_head.hpp"

namespace tsimcne {

/// What the network makes of a batch of images.
struct Embedding {
  torch::Tensor features;  // [N, f], the backbone's output
  torch::Tensor points;    // [N, d], the projection head's output
};

/// Tensors with their names, in the order of the network.
using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

/// A backbone and its projection head. Tensors are named as in backbone.layer1.0.conv1.weight and
/// projection_head.layers.2.bias.
class NetworkImpl : public torch::nn::Module {
 public:
  /// dimensions: of the head's output. The CPU engine runs the
  /// backbone where it can, by the algorithms that are given (network/layers.hpp).
  NetworkImpl(std::shared_ptr<Backbone> backbone, const HeadShape& head, int64_t dimensions,
              const std::string& algorithms = "");

  Backbone& backbone() const { return *backbone_; }

  /// x: [N, 3, H, W] in [0, 1].
  Embedding forward(const torch::Tensor& x);

  /// The points [N, d] of features [N, f].
  torch::Tensor place(const torch::Tensor& features);

  /// Length d of the points that forward gives.
  int64_t dimensions() const { return visible_; }
  /// Length of the last layer's output, of which the points are the first part.
  int64_t width() const { return head_->last_layer()->options.out_features(); }

  /// Puts a new last layer: weights from N(0, 1), the bias as any linear layer's.
  void replace_last_layer(int64_t dimensions);
  /// Makes the points the first `count` of the last layer's outputs; the others stay unused.
  void mask_dimensions(int64_t count) { visible_ = count; }

  /// Fixes the backbone from now on: its parameters do not learn, and its batch norm stays in
  /// evaluation mode, so that its statistics do not change either.
  void freeze_backbone();
  /// As of any module, but for a frozen backbone.
  void train(bool on = true) override;

  /// Lets every parameter learn that is not frozen, or those of the backbone, of the head or of its
  /// last layer alone.
  void train_everything();
  void train_backbone();
  void train_head();
  void train_last_layer();

  /// Has libtorch's modules run the backbone everywhere.
  void use_plain_layers();
  /// As CpuLayers::algorithms(); empty without such layers.
  std::string algorithms() const { return cpu_layers_ ? cpu_layers_->algorithms() : ""; }

  /// The parameters that learn.
  NamedTensors learning() const;
  /// All parameters and buffers.
  NamedTensors state() const;

 private:
  std::shared_ptr<Backbone> backbone_;
  ProjectionHead head_;
  std::shared_ptr<CpuLayers> cpu_layers_;
  void train_only(const torch::nn::Module& module);

  int64_t visible_;
  bool frozen_ = false;
};
TORCH_MODULE(Network);

}  // namespace tsimcne
