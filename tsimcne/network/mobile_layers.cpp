#include "tsimcne/network/mobile_layers.hpp"

namespace tsimcne {
namespace {

namespace nn = torch::nn;
using torch::Tensor;

class NormedConvolution : public Step {
 public:
  NormedConvolution(const ConvolutionLayer& layer, const Style& style, Activation activation)
      : convolution_(
            register_module("0", nn::Conv2d(nn::Conv2dOptions(layer.in, layer.out, layer.kernel)
                                                .stride(layer.stride)
                                                .padding(layer.kernel / 2)
                                                .groups(layer.groups)
                                                .bias(false)))),
        norm_(register_module("1", nn::BatchNorm2d(nn::BatchNorm2dOptions(layer.out)
                                                       .eps(style.norm_eps)
                                                       .momentum(style.norm_momentum)))),
        activation_(activation) {}

  Tensor forward(const Tensor& x) override {
    const Tensor y = norm_(convolution_(x));
    return activation_ ? activation_(y) : y;
  }

 private:
  nn::Conv2d convolution_;
  nn::BatchNorm2d norm_;
  Activation activation_;
};

/// Weights each channel by what the means of all channels say.
class SqueezeExcitation : public Step {
 public:
  SqueezeExcitation(int64_t channels, int64_t squeezed, const Style& style)
      : fc1_(register_module("fc1", nn::Conv2d(nn::Conv2dOptions(channels, squeezed, 1)))),
        fc2_(register_module("fc2", nn::Conv2d(nn::Conv2dOptions(squeezed, channels, 1)))),
        style_(style) {}

  Tensor forward(const Tensor& x) override {
    const Tensor means = x.mean({2, 3}, /*keepdim=*/true);
    return x * style_.gate(fc2_(style_.squeezed(fc1_(means))));
  }

 private:
  nn::Conv2d fc1_, fc2_;
  Style style_;
};

class Residual : public Step {
 public:
  Residual(std::shared_ptr<Step> block, bool adds_input)
      : block_(register_module("block", std::move(block))), adds_input_(adds_input) {}

  Tensor forward(const Tensor& x) override {
    const Tensor y = block_->forward(x);
    return adds_input_ ? y + x : y;
  }

 private:
  std::shared_ptr<Step> block_;
  bool adds_input_;
};

std::shared_ptr<Step> residual(std::shared_ptr<Step> steps, const InvertedResidual& block) {
  return std::make_shared<Residual>(std::move(steps), block.stride == 1 && block.in == block.out);
}

class MeanOfSteps : public Backbone {
 public:
  MeanOfSteps(std::shared_ptr<Chain> steps, int64_t width)
      : steps_(register_module("features", std::move(steps))), width_(width) {
    for (const auto& module : modules(/*include_self=*/false)) {
      const auto* layer = module->as<nn::Conv2dImpl>();
      if (!layer) continue;
      nn::init::kaiming_normal_(layer->weight, 0, torch::kFanOut, torch::kReLU);
      if (layer->bias.defined()) nn::init::zeros_(layer->bias);
    }
  }

  Tensor forward(const Tensor& x) override { return steps_->forward(x).mean({2, 3}); }
  int64_t features() const override { return width_; }

 private:
  std::shared_ptr<Chain> steps_;
  int64_t width_;
};

}  // namespace

void Chain::add(std::shared_ptr<Step> step) {
  steps_.push_back(register_module(std::to_string(steps_.size()), std::move(step)));
}

Tensor Chain::forward(const Tensor& x) {
  Tensor y = x;
  for (const auto& step : steps_) y = step->forward(y);
  return y;
}

std::shared_ptr<Step> convolution_layer(const ConvolutionLayer& layer, const Style& style,
                                        Activation activation) {
  return std::make_shared<NormedConvolution>(layer, style, activation);
}

std::shared_ptr<Step> inverted_residual(const InvertedResidual& block, const Style& style,
                                        Activation activation) {
  const int64_t wide = block.expanded;
  const auto steps = std::make_shared<Chain>();
  if (wide != block.in) steps->add(convolution_layer({block.in, wide, 1}, style, activation));
  steps->add(convolution_layer({wide, wide, block.kernel, block.stride, /*groups=*/wide}, style,
                               activation));
  if (block.squeezed > 0) {
    steps->add(std::make_shared<SqueezeExcitation>(wide, block.squeezed, style));
  }
  steps->add(convolution_layer({wide, block.out, 1}, style, nullptr));
  return residual(steps, block);
}

std::shared_ptr<Step> fused_inverted_residual(const InvertedResidual& block, const Style& style,
                                              Activation activation) {
  const bool expands = block.expanded != block.in;
  const int64_t wide = expands ? block.expanded : block.out;
  const auto steps = std::make_shared<Chain>();
  steps->add(convolution_layer({block.in, wide, block.kernel, block.stride}, style, activation));
  if (expands) steps->add(convolution_layer({wide, block.out, 1}, style, nullptr));
  return residual(steps, block);
}

std::shared_ptr<Backbone> backbone_of(std::shared_ptr<Chain> steps, int64_t width) {
  return std::make_shared<MeanOfSteps>(std::move(steps), width);
}

}  // namespace tsimcne
