#include "tsimcne/network/backbones.hpp"

#include <array>

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

constexpr std::array<BackboneEntry, 16> all = {{
    {"resnet-fast", "No GPU: the fast recipe's choice.", fast_resnet<1>},
    {"resnet-fast-deep", "No GPU: as resnet-fast, deeper, at twice its cost.", fast_resnet<2>},
    {"resnet-small", "No GPU: first maps of small images in minutes.", small_resnet},
    {"resnet18", "The method's own choice for images of 32 x 32.",
     published_resnet<for_small_images, basic, 2, 2, 2, 2>},
    {"resnet34", "As resnet18, deeper, at twice its cost.",
     published_resnet<for_small_images, basic, 3, 4, 6, 3>},
    {"resnet50", "A feature vector of 2,048 numbers for other uses; a GPU.",
     published_resnet<for_small_images, bottleneck, 3, 4, 6, 3>},
    {"resnet101", "As resnet50, deeper, for large collections.",
     published_resnet<for_small_images, bottleneck, 3, 4, 23, 3>},
    {"resnet18-imagenet", "Images of 96 pixels and more: a fifteenth of resnet18's cost.",
     published_resnet<for_large_images, basic, 2, 2, 2, 2>},
    {"resnet34-imagenet", "As resnet18-imagenet, deeper.",
     published_resnet<for_large_images, basic, 3, 4, 6, 3>},
    {"resnet50-imagenet", "As resnet50, for images of 96 pixels and more.",
     published_resnet<for_large_images, bottleneck, 3, 4, 6, 3>},
    {"resnet101-imagenet", "As resnet50-imagenet, deeper.",
     published_resnet<for_large_images, bottleneck, 3, 4, 23, 3>},
    {"mobilenetv3-small", "The fewest multiply-adds, for a model that small devices will run.",
     mobilenet<mobilenetv3_small>},
    {"mobilenetv3-large", "As mobilenetv3-small, with more capacity.",
     mobilenet<mobilenetv3_large>},
    {"efficientnetv2-s", "Half of resnet18's multiply-adds in twice its parameters; a GPU.",
     efficientnet<efficientnetv2_s>},
    {"efficientnetv2-m", "As efficientnetv2-s, larger.", efficientnet<efficientnetv2_m>},
    {"efficientnetv2-l", "As efficientnetv2-m, larger still.", efficientnet<efficientnetv2_l>},
}};

}  // namespace

std::span<const BackboneEntry> backbones() {
  return all;
}

const BackboneEntry& backbone_named(std::string_view name) {
  std::string names;
  for (const BackboneEntry& backbone : backbones()) {
    if (backbone.name == name) return backbone;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", backbone.name);
  }
  fail("there is no backbone \"{}\"; there are {}", name, names);
}

std::shared_ptr<Backbone> make_backbone(std::string_view name) {
  return backbone_named(name).make();
}

}  // namespace tsimcne
