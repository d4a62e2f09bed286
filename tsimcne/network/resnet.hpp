#pragma once

#include <memory>
#include <vector>

#include "tsimcne/network/backbone.hpp"

namespace tsimcne {

/// The shape of a residual network (He et al., CVPR 2016) for small images: a 3x3 stem at full
/// resolution without max pooling, then groups of blocks, then the mean over all positions.
struct ResnetShape {
  struct Group {
    int64_t channels;  // of the 3x3 convolutions
    int blocks;
    int64_t stride;  // of the group's first block
  };
  int64_t stem_channels;
  bool bottleneck;  // blocks of 1x1, 3x3, 1x1 (four times the channels out) instead of 3x3, 3x3
  std::vector<Group> groups;
};

/// Convolutions start from Kaiming normal, fan out. The CPU engine can run it where all channels
/// are multiples of 16.
std::shared_ptr<Backbone> make_resnet(const ResnetShape& shape);

}  // namespace tsimcne
