#pragma once

#include <torch/torch.h>

#include <mutex>
#include <optional>

#include "tsimcne/layout/pca.hpp"
#include "tsimcne/network/network.hpp"
#include "tsimcne/train/dictionary_backbone.hpp"
#include "tsimcne/train/model.hpp"

namespace tsimcne {

/// The insides of a Model: the network, what it was made from, and, where its output is no map, the
/// axes to look at the output along.
struct Model::State {
  Recipe recipe;
  int side = 0;
  Fit fit = Fit::crop;
  torch::Device device = torch::kCPU;
  Network network{nullptr};
  std::optional<PrincipalAxes> axes;
  mutable std::mutex placing;  // the network's mode and the engine's memory are for one at a time
};

/// The rows of a float32 tensor [n, d] on a CPU, and a tensor of rows.
Matrix rows_of(const torch::Tensor& tensor);
torch::Tensor tensor_of(const Matrix& matrix);

/// The device of a name: "cpu", "cuda", or "auto", cuda where there is one. Throws an Error where
/// the name is another or the device is not there.
torch::Device device_named(const std::string& name);

/// A network of the recipe's shape, for images of side x side pixels, whose last layer has the
/// given width; algorithms as for cpu_layers().
Network make_network(const Recipe& recipe, int side, int64_t width, torch::Device device,
                     const std::string& algorithms);

/// Gives `to` the numbers of `from`, and false where a tensor has another shape.
bool copy_numbers(const Network& from, Network to);

/// A network of its own with the shape, the numbers and the engine's algorithms of `network`, which
/// the recipe describes.
Network copy_of(const Network& network, const Recipe& recipe, int side, torch::Device device);

/// The JSON of a network's recipe for a file in `folder`. A TorchScript backbone is called
/// backbone.pt there, and its file is copied to that name, so that the folder needs no other file.
std::string store_recipe(Recipe recipe, const Network& network,
                         const std::filesystem::path& folder);
/// The recipe back, whose TorchScript backbone is the copy.
Recipe stored_recipe(const std::string& json, const std::filesystem::path& folder);

/// What load_model() reads.
std::shared_ptr<const Model::State> load_state(const std::filesystem::path& run,
                                               const std::string& device);

/// What the network makes of every image, in evaluation mode.
struct Embedded {
  Matrix features;  // [n, f]
  Matrix points;    // [n, d], d as the network has it
};
Embedded embed(Network network, const ImageSet& images, torch::Device device,
               const PlacingProgress& progress);

/// Images that embed() looks at in one batch; bounds memory.
constexpr int64_t embedded_at_once = 256;

/// The features of images that a dictionary has described, as embed() gives them to the byte.
torch::Tensor complete_features(DictionaryBackbone& backbone, const torch::Tensor& described);

/// The points of features [n, f], on the network's device, as embed() gives them to the byte.
Matrix place_features(Network network, const torch::Tensor& features);

}  // namespace tsimcne
