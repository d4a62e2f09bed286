#include "tsimcne/network/resnet.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tsimcne {
namespace {

namespace nn = torch::nn;

constexpr int64_t expansion = 4;  // of a bottleneck block's output

nn::Conv2d convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride) {
  return nn::Conv2d(
      nn::Conv2dOptions(in, out, kernel).stride(stride).padding((kernel - 1) / 2).bias(false));
}

/// A residual block: convolutions with batch norm, ReLU between them, and the input (through a 1x1
/// convolution where the shape changes) added before the last ReLU.
class BlockImpl : public nn::Module {
 public:
  struct Layer {
    int64_t channels, kernel, stride;
  };

  BlockImpl(int64_t in, const std::vector<Layer>& layers) {
    int64_t channels = in;
    for (size_t i = 0; i < layers.size(); ++i) {
      const Layer& layer = layers[i];
      convolutions_.push_back(
          register_module(fmt::format("conv{}", i + 1),
                          convolution(channels, layer.channels, layer.kernel, layer.stride)));
      norms_.push_back(
          register_module(fmt::format("bn{}", i + 1), nn::BatchNorm2d(layer.channels)));
      channels = layer.channels;
      stride_ *= layer.stride;
    }
    if (stride_ != 1 || channels != in) {
      shortcut_ = convolution(in, channels, 1, 1);  // its input has been thinned out
      shortcut_norm_ = nn::BatchNorm2d(channels);
      register_module("shortcut", nn::Sequential(shortcut_, shortcut_norm_));
    }
  }

  torch::Tensor forward(const Layers& layers, const torch::Tensor& x) {
    auto [y, residual] = layers.branch(x, convolutions_[0], norms_[0], stride_);
    const size_t last = convolutions_.size() - 1;
    for (size_t i = 1; i < last; ++i) {
      y = layers.convolve(y, convolutions_[i], norms_[i], {}, /*relu=*/true);
    }
    if (shortcut_) {
      residual = layers.convolve(residual, shortcut_, shortcut_norm_, {}, /*relu=*/false);
    }
    return layers.convolve(y, convolutions_[last], norms_[last], residual, /*relu=*/true);
  }

 private:
  std::vector<nn::Conv2d> convolutions_;
  std::vector<nn::BatchNorm2d> norms_;
  int64_t stride_ = 1;  // of all convolutions together
  nn::Conv2d shortcut_{nullptr};
  nn::BatchNorm2d shortcut_norm_{nullptr};
};
TORCH_MODULE(Block);

Block basic_block(int64_t in, int64_t channels, int64_t stride) {
  return Block(in, std::vector<BlockImpl::Layer>{{channels, 3, stride}, {channels, 3, 1}});
}

Block bottleneck_block(int64_t in, int64_t channels, int64_t stride) {
  return Block(in, std::vector<BlockImpl::Layer>{
                       {channels, 1, 1}, {channels, 3, stride}, {expansion * channels, 1, 1}});
}

class Resnet : public Backbone {
 public:
  explicit Resnet(const ResnetShape& shape);
  torch::Tensor forward(const torch::Tensor& x) override;
  int64_t features() const override { return features_; }
  bool fits_cpu_layers() const override { return fits_cpu_layers_; }
  void use(std::shared_ptr<Layers> layers) override { layers_ = std::move(layers); }
  std::string torchvision_name(const std::string& name) const override;

 private:
  void add_stem(const ResnetShape& shape);
  int64_t add_group(int64_t in, const ResnetShape::Group& group, ResnetBlock block);

  nn::Conv2d conv1_{nullptr};
  nn::BatchNorm2d bn1_{nullptr};
  bool max_pools_;
  std::vector<nn::ModuleList> groups_;
  int64_t features_;
  bool fits_cpu_layers_;
  std::shared_ptr<Layers> layers_ = plain_layers();
};

/// All channels are multiples of 16, as the CPU engine wants them.
bool fits_engine(const ResnetShape& shape) {
  return shape.stem_channels % 16 == 0 && std::ranges::all_of(shape.groups, [](const auto& group) {
           return group.channels % 16 == 0;
         });
}

Resnet::Resnet(const ResnetShape& shape)
    : max_pools_(shape.stem == ResnetStem::for_large_images), fits_cpu_layers_(fits_engine(shape)) {
  add_stem(shape);
  features_ = shape.stem_channels;
  for (const ResnetShape::Group& group : shape.groups) {
    features_ = add_group(features_, group, shape.block);
  }
  for (const auto& module : modules(/*include_self=*/false)) {
    if (const auto* layer = module->as<nn::Conv2dImpl>()) {
      nn::init::kaiming_normal_(layer->weight, 0, torch::kFanOut, torch::kReLU);
    }
  }
}

std::pair<int64_t, int64_t> kernel_and_stride(ResnetStem stem) {
  switch (stem) {
    case ResnetStem::for_small_images:
      return {3, 1};
    case ResnetStem::for_large_images:
      return {7, 2};
    case ResnetStem::of_patches:
      return {4, 2};
  }
  return {};
}

void Resnet::add_stem(const ResnetShape& shape) {
  const auto [kernel, stride] = kernel_and_stride(shape.stem);
  conv1_ = register_module("conv1", convolution(3, shape.stem_channels, kernel, stride));
  bn1_ = register_module("bn1", nn::BatchNorm2d(shape.stem_channels));
}

/// Gives the channels that come out.
int64_t Resnet::add_group(int64_t in, const ResnetShape::Group& group, ResnetBlock block) {
  const bool bottleneck = block == ResnetBlock::bottleneck;
  nn::ModuleList blocks;
  for (int i = 0; i < group.blocks; ++i) {
    const int64_t stride = i == 0 ? group.stride : 1;
    blocks->push_back(bottleneck ? bottleneck_block(in, group.channels, stride)
                                 : basic_block(in, group.channels, stride));
    in = group.channels * (bottleneck ? expansion : 1);
  }
  groups_.push_back(register_module(fmt::format("layer{}", groups_.size() + 1), blocks));
  return in;
}

torch::Tensor Resnet::forward(const torch::Tensor& x) {
  static const std::shared_ptr<Layers> plain = plain_layers();
  const bool on_cpu = x.device().is_cpu() && x.scalar_type() == torch::kFloat32;
  const Layers& layers = on_cpu ? *layers_ : *plain;
  torch::Tensor y = layers.convolve(x.contiguous(), conv1_, bn1_, {}, /*relu=*/true);
  if (max_pools_) y = layers.max_pool(y);
  for (nn::ModuleList& group : groups_) {
    for (const auto& block : *group) y = block->as<BlockImpl>()->forward(layers, y);
  }
  return layers.mean_of_positions(y);
}

std::string Resnet::torchvision_name(const std::string& name) const {
  constexpr std::string_view ours = ".shortcut.";
  const size_t at = name.find(ours);
  return at == std::string::npos ? name
                                 : std::string(name).replace(at, ours.size(), ".downsample.");
}

}  // namespace

std::shared_ptr<Backbone> make_resnet(const ResnetShape& shape) {
  return std::make_shared<Resnet>(shape);
}

}  // namespace tsimcne
