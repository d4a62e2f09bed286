#pragma once

#include <torch/torch.h>

#include <vector>

#include "tsimcne/network/layers.hpp"

namespace tsimcne {

/// The shape of a residual network (He et al., CVPR 2016) for small images: a 3x3 stem at full
/// resolution without max pooling, then groups of blocks, then the mean over all positions.
struct ResnetShape {
  struct Group {
    int64_t channels;  // of the 3x3 convolutions
    int blocks;
    int64_t stride;  // of the group's first block
  };
  int64_t stem_channels;
  bool bottleneck;  // blocks of 1x1, 3x3, 1x1 (four times the channels out) instead of 3x3, 3x3
  std::vector<Group> groups;

  /// Length of the feature vector.
  int64_t features() const;
  /// Whether the CPU engine can run it: all channels are multiples of 16.
  bool fits_cpu_layers() const;
};

/// x: [N, 3, H, W] in [0, 1] -> features [N, f]. Convolutions start from Kaiming normal, fan out.
class ResnetImpl : public torch::nn::Module {
 public:
  explicit ResnetImpl(const ResnetShape& shape);
  torch::Tensor forward(torch::Tensor x);

  /// The making of its layers on a CPU, for float32; everywhere else libtorch's modules run.
  void use(std::shared_ptr<Layers> layers) { layers_ = std::move(layers); }

 private:
  torch::nn::Conv2d conv1_{nullptr};
  torch::nn::BatchNorm2d bn1_{nullptr};
  std::vector<torch::nn::ModuleList> groups_;
  std::shared_ptr<Layers> layers_ = plain_layers();
};
TORCH_MODULE(Resnet);

}  // namespace tsimcne
