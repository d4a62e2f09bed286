#pragma once

#include <torch/torch.h>

#include <vector>

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
};

/// x: [N, 3, H, W] in [0, 1] -> features [N, f]. Convolutions start from Kaiming normal, fan out.
class ResnetImpl : public torch::nn::Module {
 public:
  explicit ResnetImpl(const ResnetShape& shape);
  torch::Tensor forward(torch::Tensor x);

 private:
  torch::nn::Conv2d conv1_{nullptr};
  torch::nn::BatchNorm2d bn1_{nullptr};
  std::vector<torch::nn::Sequential> groups_;
};
TORCH_MODULE(Resnet);

}  // namespace tsimcne
