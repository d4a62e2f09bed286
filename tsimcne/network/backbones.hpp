#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tsimcne {

class Backbone;

/// A backbone as the list of all of them has it.
struct BackboneEntry {
  std::string_view name;
  std::string_view when;  // to take it, in a sentence
};

/// The backbone that is no network (train/dictionary_backbone.hpp).
constexpr std::string_view dictionary_name = "dictionary";

/// All backbones, in the order in which they are shown to people.
std::span<const BackboneEntry> backbones();
/// Those of them that are networks, which make_backbone() makes.
std::span<const BackboneEntry> networks();

/// The one of a name. Throws an Error that lists the names where there is none.
const BackboneEntry& backbone_named(std::string_view name);

/// What a backbone costs.
struct BackboneCost {
  int64_t features;       // length of the feature vector
  int64_t parameters;     // numbers that learn
  int64_t multiply_adds;  // of convolutions and linear layers, for the features of one image
};

/// Counted while libtorch computes the features of an image of side x side. The backbone is on the
/// CPU, and does not use() the CPU engine.
BackboneCost cost_of(Backbone& backbone, int64_t side);

}  // namespace tsimcne
