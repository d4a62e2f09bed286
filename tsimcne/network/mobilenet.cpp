#include "tsimcne/network/mobilenet.hpp"

namespace tsimcne {
namespace {

const Style style{
    .norm_eps = 1e-3, .norm_momentum = 0.01, .squeezed = torch::relu, .gate = torch::hardsigmoid};

constexpr Activation relu = torch::relu, hardswish = torch::hardswish;

}  // namespace

MobilenetShape mobilenetv3_large() {
  return {{{{16, 16, 16, 3, 1, 0}, relu},
           {{16, 64, 24, 3, 2, 0}, relu},
           {{24, 72, 24, 3, 1, 0}, relu},
           {{24, 72, 40, 5, 2, 24}, relu},
           {{40, 120, 40, 5, 1, 32}, relu},
           {{40, 120, 40, 5, 1, 32}, relu},
           {{40, 240, 80, 3, 2, 0}, hardswish},
           {{80, 200, 80, 3, 1, 0}, hardswish},
           {{80, 184, 80, 3, 1, 0}, hardswish},
           {{80, 184, 80, 3, 1, 0}, hardswish},
           {{80, 480, 112, 3, 1, 120}, hardswish},
           {{112, 672, 112, 3, 1, 168}, hardswish},
           {{112, 672, 160, 5, 2, 168}, hardswish},
           {{160, 960, 160, 5, 1, 240}, hardswish},
           {{160, 960, 160, 5, 1, 240}, hardswish}}};
}

MobilenetShape mobilenetv3_small() {
  return {{{{16, 16, 16, 3, 2, 8}, relu},
           {{16, 72, 24, 3, 2, 0}, relu},
           {{24, 88, 24, 3, 1, 0}, relu},
           {{24, 96, 40, 5, 2, 24}, hardswish},
           {{40, 240, 40, 5, 1, 64}, hardswish},
           {{40, 240, 40, 5, 1, 64}, hardswish},
           {{40, 120, 48, 5, 1, 32}, hardswish},
           {{48, 144, 48, 5, 1, 40}, hardswish},
           {{48, 288, 96, 5, 2, 72}, hardswish},
           {{96, 576, 96, 5, 1, 144}, hardswish},
           {{96, 576, 96, 5, 1, 144}, hardswish}}};
}

std::shared_ptr<Backbone> make_mobilenet(const MobilenetShape& shape) {
  const int64_t first = shape.blocks.front().shape.in, last = shape.blocks.back().shape.out;
  const auto steps = std::make_shared<Chain>();
  steps->add(convolution_layer({3, first, 3}, style, hardswish));
  for (const MobilenetShape::Block& block : shape.blocks) {
    steps->add(inverted_residual(block.shape, style, block.activation));
  }
  steps->add(convolution_layer({last, 6 * last, 1}, style, hardswish));
  return backbone_of(steps, 6 * last);
}

}  // namespace tsimcne
