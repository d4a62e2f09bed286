#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>

namespace tsimcne {

/// The layers of a residual network in one making: libtorch's own modules, or the CPU engine. The
/// modules hold the parameters and buffers in every making; between two layers activations have
/// whatever layout the making likes.
class Layers {
 public:
  virtual ~Layers() = default;

  /// batch norm of the convolution of x, plus `residual` where it is defined, then ReLU where
  /// `relu` says so. The first layer takes [N, 3, H, W], every other what a layer gave. In training
  /// mode the norm uses and updates statistics and the result is differentiable. In evaluation mode
  /// no gradient is kept, and the result may take the residual's memory.
  virtual torch::Tensor convolve(const torch::Tensor& x, torch::nn::Conv2d& convolution,
                                 torch::nn::BatchNorm2d& norm, const torch::Tensor& residual,
                                 bool relu) const = 0;

  /// The mean over all positions: [N, C].
  virtual torch::Tensor mean_of_positions(const torch::Tensor& x) const = 0;
};

/// libtorch's modules: any device, any type.
std::shared_ptr<Layers> plain_layers();

/// Which algorithm the CPU engine takes for a convolution.
enum class Algorithms {
  timed,  // the fastest by a measurement at first use
  direct  // always the same: slower, and the same on every machine of one kind
};

/// The CPU engine: oneDNN on activations that stay in its blocked layout, [N, C/B, H, W, B] with B
/// the machine's vector width. For float32 on a CPU, and channels in multiples of 16.
class CpuLayers : public Layers {
 public:
  /// The choices made so far as a JSON text, by machine, library version and number of threads; and
  /// such a text taken over, so that a run that goes on makes the same choices. Throws an Error
  /// where the text is none.
  virtual std::string choices() const = 0;
  virtual void recall(const std::string& choices) = 0;
};

/// Nothing where this build or this machine has no such engine.
std::shared_ptr<CpuLayers> cpu_layers(Algorithms algorithms);

}  // namespace tsimcne
