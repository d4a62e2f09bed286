#pragma once

#include <torch/torch.h>

#include <memory>
#include <vector>

#include "tsimcne/network/backbone.hpp"

// What the networks for phones and their descendants are made of, on libtorch's modules. Modules
// are nested as torchvision nests them, so that all tensors have torchvision's names.

namespace tsimcne {

using Activation = torch::Tensor (*)(const torch::Tensor&);

/// A part of a network with one tensor in and one out, [N, C, H, W].
class Step : public torch::nn::Module {
 public:
  virtual torch::Tensor forward(const torch::Tensor& x) = 0;
};

/// Steps one after another, named by their places: 0, 1, ...
class Chain : public Step {
 public:
  void add(std::shared_ptr<Step> step);
  torch::Tensor forward(const torch::Tensor& x) override;

 private:
  std::vector<std::shared_ptr<Step>> steps_;
};

/// What all layers of a family of networks have in common.
struct Style {
  double norm_eps, norm_momentum;  // of batch norm
  Activation squeezed;             // after the first layer of squeeze-and-excitation
  Activation gate;                 // after its second
};

/// A convolution without bias whose output has the size of its input divided by the stride; then
/// batch norm and, unless it is null, the activation.
struct ConvolutionLayer {
  int64_t in, out, kernel, stride = 1, groups = 1;
};
std::shared_ptr<Step> convolution_layer(const ConvolutionLayer& layer, const Style& style,
                                        Activation activation);

/// A block that is wide inside (Sandler et al., CVPR 2018, with squeeze-and-excitation of Hu, Shen,
/// Sun, CVPR 2018): expand by 1x1, convolve each channel by itself, weight the channels by what all
/// positions say, project by 1x1. Its input is added where shapes allow.
struct InvertedResidual {
  int64_t in, expanded, out, kernel, stride;
  int64_t squeezed;  // channels inside squeeze-and-excitation; 0: there is none
};
std::shared_ptr<Step> inverted_residual(const InvertedResidual& block, const Style& style,
                                        Activation activation);

/// The same with the first two convolutions made one, which lets all channels see each other, and
/// without squeeze-and-excitation (Tan, Le, ICML 2021). Not expanded, it is one convolution.
std::shared_ptr<Step> fused_inverted_residual(const InvertedResidual& block, const Style& style,
                                              Activation activation);

/// A backbone of steps, "features" by name, of which the last gives `width` channels. Convolutions
/// start from Kaiming normal, fan out, and biases from 0.
std::shared_ptr<Backbone> backbone_of(std::shared_ptr<Chain> steps, int64_t width);

}  // namespace tsimcne
