#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "tsimcne/dictionary/dictionary.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/network/backbone.hpp"

namespace tsimcne {

/// A Dictionary as a backbone. Its numbers are buffers, so that nothing of it learns with the
/// network, and their shapes depend on the options and the images' side alone; what a small
/// collection does not fill is zero.
class DictionaryBackbone : public Backbone {
 public:
  DictionaryBackbone(const DictionaryOptions& options, int side);

  /// Whether it holds no dictionary yet.
  bool empty() const { return !atoms_.any().item<bool>(); }
  /// Takes the dictionary of these images.
  void learn(const ImageSet& images, uint64_t seed, const DictionaryProgress& progress = {});

  /// x: [N, 3, side, side], bytes over 255, as fill_images() makes them; computed on a CPU.
  torch::Tensor forward(const torch::Tensor& x) override;
  int64_t features() const override { return options_.components + options_.pixels; }
  BackboneCost cost() const;

 private:
  Dictionary dictionary() const;

  DictionaryOptions options_;
  int side_;
  torch::Tensor whitening_, whitening_offset_, atoms_, embedding_, embedding_offset_, mean_, axes_,
      pixel_mean_, pixel_axes_;
};

}  // namespace tsimcne
