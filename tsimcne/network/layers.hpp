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

  /// A block's input goes two ways: through the block's first convolution, with norm and ReLU as
  /// in convolve(), and around all of them, at every stride-th position in height and width.
  struct Branches {
    torch::Tensor through, around;
  };
  virtual Branches branch(const torch::Tensor& x, torch::nn::Conv2d& convolution,
                          torch::nn::BatchNorm2d& norm, int64_t stride) const = 0;

  /// The largest values of the 3x3 windows around every second position. Differentiable.
  virtual torch::Tensor max_pool(const torch::Tensor& x) const = 0;

  /// The mean over all positions: [N, C].
  virtual torch::Tensor mean_of_positions(const torch::Tensor& x) const = 0;
};

/// libtorch's modules: any device, any type.
std::shared_ptr<Layers> plain_layers();

/// The CPU engine: oneDNN on activations that stay in its blocked layout, [N, C/B, H, W, B] with B
/// the machine's vector width. For float32 on a CPU, and channels in multiples of 16. It times the
/// algorithms that oneDNN has for a convolution when it first meets one, and keeps the fastest.
class CpuLayers : public Layers {
 public:
  /// The algorithms in use: "direct", or a JSON text that names machine, library version, number of
  /// threads and shape of each choice.
  virtual std::string algorithms() const = 0;
};

/// algorithms: choices made before, as algorithms() gave them, so that a run that goes on computes
/// the same numbers; "direct", which times nothing and is the same on every machine of a kind; or
/// empty. Throws an Error where it is neither. Gives nothing where this build or this machine has
/// no such engine.
std::shared_ptr<CpuLayers> cpu_layers(const std::string& algorithms);

/// Whether this processor, and the engine in this build, multiply matrices of bfloat16 faster than
/// those of float32.
bool multiplies_bfloat16();

}  // namespace tsimcne
