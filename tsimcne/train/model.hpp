#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/network/backbones.hpp"
#include "tsimcne/train/recipe.hpp"

namespace tsimcne {

/// Uses `count` threads for everything that comes; 0: all cores this process may use. Returns the
/// number.
int use_threads(int count);

/// "cpu" or "cuda" as they are; for "auto" the one of them that will be used. Throws an Error where
/// the name is another, or the device is not there.
std::string resolve_device(const std::string& name);

/// Whether networks compute on the CPU engine here: this build has it, and this processor is one
/// that it is fast on.
bool has_cpu_engine();

/// What a backbone of the list costs for an image of side x side pixels. Throws as backbone_named()
/// does.
BackboneCost cost_of_backbone(std::string_view name, int side);

/// Told how many of how many images are placed. May throw to stop.
using PlacingProgress = std::function<void(int64_t done, int64_t total)>;

/// A learned network: a function from images to places on the map. A value: what is done with the
/// training it came from does not change it. Copies share the network.
class Model {
 public:
  /// The side of the images it was trained on, in pixels.
  int side() const;
  /// How images became squares of that side.
  Fit fit() const;
  const Recipe& recipe() const;

  /// Places images, without augmentation and with batch norm in evaluation mode: points [n, 2 or 3]
  /// and features [n, f]. Where the network's output has other dimensions, the points are its
  /// principal components as found on the training images, and Map::note says so. Any thread may
  /// call it; one places at a time. Throws an Error where the images are not of side() pixels.
  Map transform(const ImageSet& images, const PlacingProgress& progress = {}) const;

  /// Writes weights, buffers, recipe and side as one safetensors file; a TorchScript backbone's
  /// file goes beside it, as backbone.pt.
  void save(const std::filesystem::path& path) const;

  struct State;
  explicit Model(std::shared_ptr<const State> state);

 private:
  std::shared_ptr<const State> state_;
};

/// Throws an Error where the recipe's backbone cannot be read or does not take these weights (none:
/// empty), so that this is known before images are decoded. side: of the images; where it is 0, not
/// known yet, a TorchScript backbone is not tried.
void check_backbone(const Recipe& recipe, const std::filesystem::path& weights, int side);

/// Reads the model of a run, model.safetensors in its folder. device: "auto", "cpu" or "cuda".
Model load_model(const std::filesystem::path& run, const std::string& device = "auto");

}  // namespace tsimcne
