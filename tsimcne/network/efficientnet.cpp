#include "tsimcne/network/efficientnet.hpp"

namespace tsimcne {
namespace {

constexpr int64_t width = 1280;  // of the feature vector

const Style style{
    .norm_eps = 1e-3, .norm_momentum = 0.1, .squeezed = torch::silu, .gate = torch::sigmoid};

constexpr Activation silu = torch::silu;

std::shared_ptr<Step> group_of(const EfficientnetShape::Group& group) {
  const auto blocks = std::make_shared<Chain>();
  for (int i = 0; i < group.blocks; ++i) {
    const int64_t in = i == 0 ? group.in : group.out;
    const InvertedResidual block{.in = in,
                                 .expanded = in * group.expansion,
                                 .out = group.out,
                                 .kernel = 3,
                                 .stride = i == 0 ? group.stride : 1,
                                 .squeezed = in / 4};
    blocks->add(group.fused ? fused_inverted_residual(block, style, silu)
                            : inverted_residual(block, style, silu));
  }
  return blocks;
}

}  // namespace

EfficientnetShape efficientnetv2_s() {
  return {{{true, 1, 1, 24, 24, 2},
           {true, 4, 2, 24, 48, 4},
           {true, 4, 2, 48, 64, 4},
           {false, 4, 2, 64, 128, 6},
           {false, 6, 1, 128, 160, 9},
           {false, 6, 2, 160, 256, 15}}};
}

EfficientnetShape efficientnetv2_m() {
  return {{{true, 1, 1, 24, 24, 3},
           {true, 4, 2, 24, 48, 5},
           {true, 4, 2, 48, 80, 5},
           {false, 4, 2, 80, 160, 7},
           {false, 6, 1, 160, 176, 14},
           {false, 6, 2, 176, 304, 18},
           {false, 6, 1, 304, 512, 5}}};
}

EfficientnetShape efficientnetv2_l() {
  return {{{true, 1, 1, 32, 32, 4},
           {true, 4, 2, 32, 64, 7},
           {true, 4, 2, 64, 96, 7},
           {false, 4, 2, 96, 192, 10},
           {false, 6, 1, 192, 224, 19},
           {false, 6, 2, 224, 384, 25},
           {false, 6, 1, 384, 640, 7}}};
}

std::shared_ptr<Backbone> make_efficientnet(const EfficientnetShape& shape) {
  const auto steps = std::make_shared<Chain>();
  steps->add(convolution_layer({3, shape.groups.front().in, 3}, style, silu));
  for (const EfficientnetShape::Group& group : shape.groups) steps->add(group_of(group));
  steps->add(convolution_layer({shape.groups.back().out, width, 1}, style, silu));
  return backbone_of(steps, width);
}

}  // namespace tsimcne
