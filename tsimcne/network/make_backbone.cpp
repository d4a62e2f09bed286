#include <map>

#include "tsimcne/error.hpp"
#include "tsimcne/network/backbone.hpp"
#include "tsimcne/network/efficientnet.hpp"
#include "tsimcne/network/mobilenet.hpp"
#include "tsimcne/network/resnet.hpp"

namespace tsimcne {
namespace {

using enum ResnetBlock;
using enum ResnetStem;

/// The networks of He et al., table 1, which differ in the numbers of their blocks.
template <ResnetStem stem, ResnetBlock block, int b1, int b2, int b3, int b4>
std::shared_ptr<Backbone> published_resnet() {
  return make_resnet({stem, 64, block, {{64, b1, 1}, {128, b2, 2}, {256, b3, 2}, {512, b4, 2}}});
}

std::shared_ptr<Backbone> small_resnet() {
  return make_resnet({for_small_images, 32, basic, {{32, 2, 2}, {64, 2, 2}, {128, 2, 2}}});
}

/// Measured, among networks of its cost, to make the best maps of short runs (docs/recipe.md).
template <int blocks>
std::shared_ptr<Backbone> fast_resnet() {
  return make_resnet(
      {of_patches, 64, basic, {{64, blocks, 1}, {128, blocks, 2}, {256, blocks, 2}}});
}

template <MobilenetShape shape()>
std::shared_ptr<Backbone> mobilenet() {
  return make_mobilenet(shape());
}

template <EfficientnetShape shape()>
std::shared_ptr<Backbone> efficientnet() {
  return make_efficientnet(shape());
}

/// How each backbone of the list is made.
const std::map<std::string_view, std::shared_ptr<Backbone> (*)()> makers = {
    {"resnet-fast", fast_resnet<1>},
    {"resnet-fast-deep", fast_resnet<2>},
    {"resnet-small", small_resnet},
    {"resnet18", published_resnet<for_small_images, basic, 2, 2, 2, 2>},
    {"resnet34", published_resnet<for_small_images, basic, 3, 4, 6, 3>},
    {"resnet50", published_resnet<for_small_images, bottleneck, 3, 4, 6, 3>},
    {"resnet101", published_resnet<for_small_images, bottleneck, 3, 4, 23, 3>},
    {"resnet18-imagenet", published_resnet<for_large_images, basic, 2, 2, 2, 2>},
    {"resnet34-imagenet", published_resnet<for_large_images, basic, 3, 4, 6, 3>},
    {"resnet50-imagenet", published_resnet<for_large_images, bottleneck, 3, 4, 6, 3>},
    {"resnet101-imagenet", published_resnet<for_large_images, bottleneck, 3, 4, 23, 3>},
    {"mobilenetv3-small", mobilenet<mobilenetv3_small>},
    {"mobilenetv3-large", mobilenet<mobilenetv3_large>},
    {"efficientnetv2-s", efficientnet<efficientnetv2_s>},
    {"efficientnetv2-m", efficientnet<efficientnetv2_m>},
    {"efficientnetv2-l", efficientnet<efficientnetv2_l>},
};

}  // namespace

std::shared_ptr<Backbone> make_backbone(std::string_view name) {
  const auto maker = makers.find(backbone_named(name).name);
  if (maker == makers.end()) fail("the backbone \"{}\" is no network", name);
  return maker->second();
}

}  // namespace tsimcne
