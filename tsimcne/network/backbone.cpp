#include "tsimcne/network/backbone.hpp"

#include <array>

#include "tsimcne/error.hpp"
#include "tsimcne/network/resnet.hpp"

namespace tsimcne {

std::span<const BackboneEntry> backbones() {
  static constexpr std::array all = {
      BackboneEntry{
          "resnet18", "The paper's choice, and the default: a GPU, or patience.",
          [] {
            return make_resnet({64, false, {{64, 2, 1}, {128, 2, 2}, {256, 2, 2}, {512, 2, 2}}});
          }},
      BackboneEntry{
          "resnet50", "More capacity for a large collection on a GPU.",
          [] {
            return make_resnet({64, true, {{64, 3, 1}, {128, 4, 2}, {256, 6, 2}, {512, 3, 2}}});
          }},
      BackboneEntry{"resnet-small", "A CPU can train it: a first map, small images.",
                    [] {
                      return make_resnet({32, false, {{32, 2, 2}, {64, 2, 2}, {128, 2, 2}}});
                    }},
  };
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
