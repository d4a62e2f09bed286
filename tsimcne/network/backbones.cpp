#include "tsimcne/network/backbones.hpp"

#include <array>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

constexpr std::array<BackboneEntry, 17> all = {{
    {dictionary_name,
     "No GPU: a first map in a minute, from patterns that are counted, not learned."},
    {"resnet-fast", "No GPU: the fast recipe's choice."},
    {"resnet-fast-deep", "No GPU: as resnet-fast, deeper, at twice its cost."},
    {"resnet-small", "No GPU: first maps of small images in minutes."},
    {"resnet18", "The method's own choice for images of 32 x 32."},
    {"resnet34", "As resnet18, deeper, at twice its cost."},
    {"resnet50", "A feature vector of 2,048 numbers for other uses; a GPU."},
    {"resnet101", "As resnet50, deeper, for large collections."},
    {"resnet18-imagenet", "Images of 96 pixels and more: a fifteenth of resnet18's cost."},
    {"resnet34-imagenet", "As resnet18-imagenet, deeper."},
    {"resnet50-imagenet", "As resnet50, for images of 96 pixels and more."},
    {"resnet101-imagenet", "As resnet50-imagenet, deeper."},
    {"mobilenetv3-small", "The fewest multiply-adds, for a model that small devices will run."},
    {"mobilenetv3-large", "As mobilenetv3-small, with more capacity."},
    {"efficientnetv2-s", "Half of resnet18's multiply-adds in twice its parameters; a GPU."},
    {"efficientnetv2-m", "As efficientnetv2-s, larger."},
    {"efficientnetv2-l", "As efficientnetv2-m, larger still."},
}};

}  // namespace

std::span<const BackboneEntry> backbones() {
  return all;
}

std::span<const BackboneEntry> networks() {
  return backbones().subspan(1);
}

const BackboneEntry& backbone_named(std::string_view name) {
  std::string names;
  for (const BackboneEntry& backbone : backbones()) {
    if (backbone.name == name) return backbone;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", backbone.name);
  }
  fail("there is no backbone \"{}\"; there are {}", name, names);
}

}  // namespace tsimcne
