#pragma once

#include <memory>
#include <vector>

#include "tsimcne/network/backbone.hpp"

namespace tsimcne {

/// The layers before the first block: a 3x3 convolution at full resolution; or, as in the networks
/// for ImageNet, one of 7x7 with stride 2 and max pooling with stride 2; or one of 4x4 with stride
/// 2, a quarter of the first one's positions, for CPUs.
enum class ResnetStem { for_small_images, for_large_images, of_patches };

/// Convolutions of a block: 3x3, 3x3, or 1x1, 3x3, 1x1 with four times the channels out.
enum class ResnetBlock { basic, bottleneck };

/// The shape of a residual network (He et al., CVPR 2016): a stem, then groups of blocks, then the
/// mean over all positions. In a bottleneck block the 3x3 convolution has the stride.
struct ResnetShape {
  struct Group {
    int64_t channels;  // of the 3x3 convolutions
    int blocks;
    int64_t stride;  // of the group's first block
  };
  ResnetStem stem;
  int64_t stem_channels;
  ResnetBlock block;
  std::vector<Group> groups;
};

/// Convolutions start from Kaiming normal, fan out. The CPU engine can run it where all channels
/// are multiples of 16. torchvision says "downsample" where names here say "shortcut".
std::shared_ptr<Backbone> make_resnet(const ResnetShape& shape);

}  // namespace tsimcne
