#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "tsimcne/dictionary/dictionary.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/network/backbone.hpp"

namespace tsimcne {

/// A Dictionary as a backbone. Its numbers are buffers, so that they do not learn with the network,
/// and their shapes depend on the options and the images' side alone; what a small collection does
/// not fill is zero.
///
/// What a dictionary sees in two views of an image differs in much that tells no images apart. An
/// encoder of two hidden layers may follow, which learns from such pairs (Learns::encoder); its
/// code of 128 numbers, made as long as the dictionary's features, stands beside these.
class DictionaryBackbone : public Backbone {
 public:
  /// encoder_width: of the hidden layers; 0: there is no encoder.
  DictionaryBackbone(const DictionaryOptions& options, int side, int64_t encoder_width);

  /// Whether it holds no dictionary yet.
  bool empty() const { return !atoms_.any().item<bool>(); }
  /// Takes the dictionary of these images.
  void learn(const ImageSet& images, uint64_t seed, const DictionaryProgress& progress = {});

  /// x: [N, 3, side, side], bytes over 255, as fill_images() makes them; computed on a CPU.
  torch::Tensor forward(const torch::Tensor& x) override;
  int64_t features() const override;

  /// The dictionary's features alone, [N, described()], and the encoder's code [N, 128] of them.
  torch::Tensor describe(const torch::Tensor& x) const;
  int64_t described() const { return options_.components + options_.pixels; }
  torch::Tensor encode(const torch::Tensor& described);
  /// What forward() makes of an image whose dictionary's features are these.
  torch::Tensor complete(const torch::Tensor& described);
  BackboneCost cost() const;

 private:
  Dictionary dictionary() const;

  DictionaryOptions options_;
  int side_;
  torch::nn::Sequential encoder_{nullptr};
  torch::Tensor whitening_, whitening_offset_, atoms_, embedding_, embedding_offset_, mean_, axes_,
      pixel_mean_, pixel_axes_;
};

}  // namespace tsimcne
