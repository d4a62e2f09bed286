#include "tsimcne/network/layers.hpp"

namespace tsimcne {
namespace {

class PlainLayers : public Layers {
 public:
  torch::Tensor convolve(const torch::Tensor& x, torch::nn::Conv2d& convolution,
                         torch::nn::BatchNorm2d& norm, const torch::Tensor& residual,
                         bool relu) const override {
    torch::Tensor y = norm(convolution(x));
    if (residual.defined()) y = y + residual;
    return relu ? y.relu_() : y;
  }

  Branches branch(const torch::Tensor& x, torch::nn::Conv2d& convolution,
                  torch::nn::BatchNorm2d& norm, int64_t stride) const override {
    const auto every = torch::indexing::Slice({}, {}, stride);
    return {convolve(x, convolution, norm, {}, /*relu=*/true),
            x.index({torch::indexing::Slice(), torch::indexing::Slice(), every, every})};
  }

  torch::Tensor max_pool(const torch::Tensor& x) const override {
    return torch::max_pool2d(x, /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
  }

  torch::Tensor mean_of_positions(const torch::Tensor& x) const override { return x.mean({2, 3}); }
};

}  // namespace

std::shared_ptr<Layers> plain_layers() {
  return std::make_shared<PlainLayers>();
}

}  // namespace tsimcne
