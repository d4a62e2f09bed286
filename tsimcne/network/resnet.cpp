#include "tsimcne/network/resnet.hpp"

#include <fmt/format.h>

namespace tsimcne {
namespace {

namespace nn = torch::nn;

constexpr int64_t expansion = 4;  // of a bottleneck block's output

nn::Conv2d convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride) {
  return nn::Conv2d(
      nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
}

/// A residual block: convolutions with batch norm, ReLU between them, and the input (through a 1x1
/// convolution where the shape changes) added before the last ReLU.
class BlockImpl : public nn::Module {
 public:
  struct Layer {
    int64_t channels, kernel, stride;
  };

  BlockImpl(int64_t in, const std::vector<Layer>& layers) {
    int64_t channels = in, stride = 1;
    for (size_t i = 0; i < layers.size(); ++i) {
      const Layer& layer = layers[i];
      convolutions_.push_back(
          register_module(fmt::format("conv{}", i + 1),
                          convolution(channels, layer.channels, layer.kernel, layer.stride)));
      norms_.push_back(
          register_module(fmt::format("bn{}", i + 1), nn::BatchNorm2d(layer.channels)));
      channels = layer.channels;
      stride *= layer.stride;
    }
    if (stride != 1 || channels != in) {
      shortcut_ = register_module("shortcut", nn::Sequential(convolution(in, channels, 1, stride),
                                                             nn::BatchNorm2d(channels)));
    }
  }

  torch::Tensor forward(const torch::Tensor& x) {
    torch::Tensor y = x;
    for (size_t i = 0; i < convolutions_.size(); ++i) {
      if (i > 0) y = y.relu_();
      y = norms_[i](convolutions_[i](y));
    }
    y = y + (shortcut_.is_empty() ? x : shortcut_->forward(x));
    return y.relu_();
  }

 private:
  std::vector<nn::Conv2d> convolutions_;
  std::vector<nn::BatchNorm2d> norms_;
  nn::Sequential shortcut_{nullptr};
};
TORCH_MODULE(Block);

Block basic_block(int64_t in, int64_t channels, int64_t stride) {
  return Block(in, std::vector<BlockImpl::Layer>{{channels, 3, stride}, {channels, 3, 1}});
}

Block bottleneck_block(int64_t in, int64_t channels, int64_t stride) {
  return Block(in, std::vector<BlockImpl::Layer>{
                       {channels, 1, 1}, {channels, 3, stride}, {expansion * channels, 1, 1}});
}

}  // namespace

int64_t ResnetShape::features() const {
  return groups.back().channels * (bottleneck ? expansion : 1);
}

ResnetImpl::ResnetImpl(const ResnetShape& shape) {
  conv1_ = register_module("conv1", convolution(3, shape.stem_channels, 3, 1));
  bn1_ = register_module("bn1", nn::BatchNorm2d(shape.stem_channels));
  int64_t in = shape.stem_channels;
  for (const ResnetShape::Group& group : shape.groups) {
    nn::Sequential blocks;
    for (int i = 0; i < group.blocks; ++i) {
      const int64_t stride = i == 0 ? group.stride : 1;
      blocks->push_back(shape.bottleneck ? bottleneck_block(in, group.channels, stride)
                                         : basic_block(in, group.channels, stride));
      in = group.channels * (shape.bottleneck ? expansion : 1);
    }
    groups_.push_back(register_module(fmt::format("layer{}", groups_.size() + 1), blocks));
  }
  for (const auto& module : modules(/*include_self=*/false)) {
    if (const auto* layer = module->as<nn::Conv2dImpl>()) {
      nn::init::kaiming_normal_(layer->weight, 0, torch::kFanOut, torch::kReLU);
    }
  }
}

torch::Tensor ResnetImpl::forward(torch::Tensor x) {
  x = bn1_(conv1_(x)).relu_();
  for (nn::Sequential& group : groups_) x = group->forward(x);
  return x.mean({2, 3});
}

}  // namespace tsimcne
