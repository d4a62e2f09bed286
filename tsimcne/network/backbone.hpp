#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>
#include <string_view>

#include "tsimcne/network/backbones.hpp"
#include "tsimcne/network/layers.hpp"

namespace tsimcne {

/// The part of the network that sees images. Its features are the mean over all positions of the
/// last feature maps; there is no classifier.
class Backbone : public torch::nn::Module {
 public:
  /// x: [N, 3, H, W] in [0, 1] -> [N, features()].
  virtual torch::Tensor forward(const torch::Tensor& x) = 0;

  /// Length f of the feature vector.
  virtual int64_t features() const = 0;

  /// Whether it can be told to use() the CPU engine.
  virtual bool fits_cpu_layers() const { return false; }
  /// The making of its layers on a CPU, for float32; everywhere else, and always in backbones that
  /// do not fit the CPU engine, libtorch's modules run.
  virtual void use(std::shared_ptr<Layers> /*layers*/) {}

  /// What torchvision calls the parameter or buffer that is called `name` here.
  virtual std::string torchvision_name(const std::string& name) const { return name; }
};

/// A new network of the list, with random weights. Throws as backbone_named() does.
std::shared_ptr<Backbone> make_backbone(std::string_view name);

}  // namespace tsimcne
