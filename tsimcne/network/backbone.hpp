#pragma once

#include <torch/torch.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tsimcne/network/layers.hpp"

namespace tsimcne {

/// The part of the network that sees images: x [N, 3, H, W] in [0, 1] -> features [N, f].
class Backbone : public torch::nn::Module {
 public:
  virtual torch::Tensor forward(const torch::Tensor& x) = 0;

  /// Length f of the feature vector.
  virtual int64_t features() const = 0;

  /// Whether use() changes anything: most backbones run on libtorch's modules everywhere.
  virtual bool fits_cpu_layers() const { return false; }
  /// The making of its layers on a CPU, for float32; everywhere else libtorch's modules run.
  virtual void use(std::shared_ptr<Layers> /*layers*/) {}

  /// What torchvision calls the parameter or buffer that is called `name` here.
  virtual std::string torchvision_name(const std::string& name) const { return name; }
};

/// A backbone as the list of all of them has it.
struct BackboneEntry {
  std::string_view name;
  std::string_view when;  // to take it, in a sentence
  std::shared_ptr<Backbone> (*make)();
};

/// All backbones, in the order in which they are shown to people.
std::span<const BackboneEntry> backbones();

/// The one of a name. Throws an Error that lists the names where there is none.
const BackboneEntry& backbone_named(std::string_view name);

/// A new backbone with random weights, as backbone_named(name).make().
std::shared_ptr<Backbone> make_backbone(std::string_view name);

}  // namespace tsimcne
