#pragma once

#include <memory>
#include <vector>

#include "tsimcne/network/mobile_layers.hpp"

namespace tsimcne {

/// The shape of an EfficientNetV2 (Tan, Le, ICML 2021): groups of blocks, fused ones first.
struct EfficientnetShape {
  struct Group {
    bool fused;
    int64_t expansion;  // of the channels inside a block
    int64_t stride;     // of the group's first block
    int64_t in, out;
    int blocks;
  };
  std::vector<Group> groups;
};

/// Table 4 of the paper for s; m and l as torchvision has them.
EfficientnetShape efficientnetv2_s();
EfficientnetShape efficientnetv2_m();
EfficientnetShape efficientnetv2_l();

/// The feature vector has 1,280 numbers. The first convolution has stride 1, where torchvision's
/// has 2, since images are small. Blocks are never left out at random while training (stochastic
/// depth), so that training has no random numbers inside the network and a run that goes on after a
/// stop computes the same bytes. All else is as in torchvision, which also gave the tensors their
/// names.
std::shared_ptr<Backbone> make_efficientnet(const EfficientnetShape& shape);

}  // namespace tsimcne
