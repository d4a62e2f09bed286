#pragma once

#include <memory>
#include <vector>

#include "tsimcne/network/mobile_layers.hpp"

namespace tsimcne {

/// The shape of a MobileNetV3 (Howard et al., ICCV 2019).
struct MobilenetShape {
  struct Block {
    InvertedResidual shape;
    Activation activation;
  };
  std::vector<Block> blocks;
};

/// Tables 1 and 2 of the paper, with torchvision's rounding of squeezed channels.
MobilenetShape mobilenetv3_large();
MobilenetShape mobilenetv3_small();

/// The feature vector is six times as long as the last block's output. The first convolution has
/// stride 1, where torchvision's has 2, since images are small; all else is as in torchvision,
/// which also gave the tensors their names.
std::shared_ptr<Backbone> make_mobilenet(const MobilenetShape& shape);

}  // namespace tsimcne
