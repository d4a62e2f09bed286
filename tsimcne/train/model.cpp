#include "tsimcne/train/model.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tsimcne/cores.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/network/libtorch.hpp"
#include "tsimcne/network/script_backbone.hpp"
#include "tsimcne/network/tensor_file.hpp"
#include "tsimcne/network/weights.hpp"
#include "tsimcne/train/dictionary_backbone.hpp"
#include "tsimcne/train/model_state.hpp"
#include "tsimcne/views/batch.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr const char* script_copy = "backbone.pt";  // the TorchScript file in a run's folder
constexpr int most_count = 65536;                   // of pixels a side, and of dimensions

NamedTensors tensors_of(const PrincipalAxes& axes) {
  return {{"axes.mean", tensor_of(axes.mean)}, {"axes.directions", tensor_of(axes.directions)}};
}

/// A metadatum that is there and a possible count, or an Error that names the file.
int count_in(const TensorFile& file, const std::string& key, const std::filesystem::path& path) {
  const auto found = file.metadata.find(key);
  int count = 0;
  if (found != file.metadata.end()) {
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), count);
  }
  if (count < 1 || count > most_count) {
    fail("{} does not say a possible \"{}\"; it was not written by tsimcne, or is damaged",
         path.string(), key);
  }
  return count;
}

}  // namespace

int use_threads(int count) {
  const int cores = use_cores(count);
  at::set_num_threads(cores);
  return cores;
}

std::string resolve_device(const std::string& name) {
  return device_named(name).is_cuda() ? "cuda" : "cpu";
}

bool has_cpu_engine() {
  return cpu_layers("") != nullptr;
}

Matrix rows_of(const torch::Tensor& tensor) {
  Matrix matrix(tensor.size(0), tensor.size(1));
  const torch::Tensor plain = tensor.contiguous();
  std::copy_n(plain.data_ptr<float>(), plain.numel(), matrix.values.begin());
  return matrix;
}

torch::Tensor tensor_of(const Matrix& matrix) {
  return torch::from_blob(const_cast<float*>(matrix.values.data()), {matrix.rows, matrix.cols})
      .clone();
}

torch::Device device_named(const std::string& name) {
  const bool has_cuda = torch::cuda::is_available();
  if (name == "cpu" || (name == "auto" && !has_cuda)) return torch::kCPU;
  if (name != "cuda" && name != "auto")
    fail("there is no device \"{}\"; say auto, cpu or cuda", name);
  if (!has_cuda) fail("device cuda was asked for, but this libtorch finds no GPU; say cpu");
  return torch::kCUDA;
}

namespace {

std::shared_ptr<Backbone> backbone_of(const Recipe& recipe, int side) {
  if (is_script(recipe.backbone)) return std::make_shared<ScriptBackbone>(recipe.backbone, side);
  if (recipe.backbone == dictionary_name) {
    return std::make_shared<DictionaryBackbone>(recipe.dictionary, side,
                                                recipe.kept_views > 0 ? recipe.encoder : 0);
  }
  return make_backbone(recipe.backbone);
}

}  // namespace

BackboneCost cost_of_backbone(std::string_view name, int side) {
  if (name == dictionary_name) {
    const Recipe usual = on_dictionary(recipe_named("fast"));
    return DictionaryBackbone(usual.dictionary, side, usual.encoder).cost();
  }
  return cost_of(*make_backbone(name), side);
}

void check_backbone(const Recipe& recipe, const fs::path& weights, int side) {
  if (is_script(recipe.backbone) ? side == 0 : weights.empty()) return;
  const std::shared_ptr<Backbone> backbone = backbone_of(recipe, side);
  if (!weights.empty()) load_weights(weights, *backbone);
}

Network make_network(const Recipe& recipe, int side, int64_t width, torch::Device device,
                     const std::string& algorithms) {
  const HeadShape head{recipe.hidden, recipe.hidden_layers};
  Network network(backbone_of(recipe, side), head, width, algorithms);
  network->to(device);
  return network;
}

bool copy_numbers(const Network& from, Network to) {
  const torch::NoGradGuard no_grad;
  const NamedTensors source = from->state(), target = to->state();
  for (size_t i = 0; i < target.size(); ++i) {
    if (target[i].second.sizes() != source[i].second.sizes()) return false;
    torch::Tensor(target[i].second).copy_(source[i].second);
  }
  return true;
}

Network copy_of(const Network& network, const Recipe& recipe, int side, torch::Device device) {
  const auto* script = dynamic_cast<const ScriptBackbone*>(&network->backbone());
  Network copy(script ? script->another(side) : backbone_of(recipe, side),
               HeadShape{recipe.hidden, recipe.hidden_layers}, network->width(),
               network->algorithms());
  copy->to(device);
  copy->mask_dimensions(network->dimensions());
  copy_numbers(network, copy);
  return copy;
}

std::string store_recipe(Recipe recipe, const Network& network, const fs::path& folder) {
  if (const auto* script = dynamic_cast<const ScriptBackbone*>(&network->backbone())) {
    const fs::path copy = folder / script_copy;
    if (!fs::exists(copy) || read_whole_file(copy) != script->file()) {
      write_whole_file(copy, script->file());
    }
    recipe.backbone = script_copy;
  }
  return to_json(recipe);
}

Recipe stored_recipe(const std::string& json, const fs::path& folder) {
  Recipe recipe = recipe_of_json(json);
  if (is_script(recipe.backbone)) recipe.backbone = (folder / script_copy).string();
  return recipe;
}

Embedded embed(Network network, const ImageSet& images, torch::Device device,
               const PlacingProgress& progress) {
  const torch::NoGradGuard no_grad;
  const bool was_training = network->is_training();
  network->eval();
  const int64_t n = images.size(), side = images.side();
  std::vector<torch::Tensor> features, points;
  for (int64_t done = 0; done < n;) {
    std::vector<int64_t> batch(static_cast<size_t>(std::min(embedded_at_once, n - done)));
    std::iota(batch.begin(), batch.end(), done);
    torch::Tensor x = torch::empty({static_cast<int64_t>(batch.size()), 3, side, side});
    fill_images(images, batch, {x.data_ptr<float>(), static_cast<size_t>(x.numel())});
    const Embedding embedding = network(x.to(device));
    features.push_back(embedding.features.cpu());
    points.push_back(embedding.points.cpu());
    done += static_cast<int64_t>(batch.size());
    if (progress) progress(done, n);
  }
  network->train(was_training);
  return {rows_of(torch::cat(features)), rows_of(torch::cat(points))};
}

torch::Tensor complete_features(DictionaryBackbone& backbone, const torch::Tensor& described) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> features;
  for (const torch::Tensor& some : described.split(embedded_at_once)) {
    features.push_back(backbone.complete(some));
  }
  return torch::cat(features);
}

Matrix place_features(Network network, const torch::Tensor& features) {
  const torch::NoGradGuard no_grad;
  const bool was_training = network->is_training();
  network->eval();
  std::vector<torch::Tensor> points;
  for (const torch::Tensor& some : features.split(embedded_at_once)) {
    points.push_back(network->place(some).cpu());
  }
  network->train(was_training);
  return rows_of(torch::cat(points));
}

Model::Model(std::shared_ptr<const State> state) : state_(std::move(state)) {}

int Model::side() const {
  return state_->side;
}

Fit Model::fit() const {
  return state_->fit;
}

const Recipe& Model::recipe() const {
  return state_->recipe;
}

Map Model::transform(const ImageSet& images, const PlacingProgress& progress) const {
  if (images.side() != side()) {
    fail("the model was trained on images of {0} x {0} pixels and cannot place images of {1} x {1}",
         side(), images.side());
  }
  Embedded embedded = in_a_sentence([&] {
    const std::lock_guard one_at_a_time(state_->placing);
    return embed(state_->network, images, state_->device, progress);
  });
  Map map;
  map.catalog = images.catalog();
  map.features = std::move(embedded.features);
  if (state_->axes) {
    const Matrix& rows = state_->recipe.shows_features ? map.features : embedded.points;
    map.points = project(*state_->axes, rows);
    map.note = fmt::format("The first {} principal components of the network's {}", map.points.cols,
                           state_->recipe.shows_features ? fmt::format("{} features", rows.cols)
                                                         : fmt::format("{}-D output", rows.cols));
  } else {
    map.points = std::move(embedded.points);
  }
  return map;
}

void Model::save(const std::filesystem::path& path) const {
  NamedTensors tensors = state_->network->state();
  if (state_->axes) {
    const NamedTensors axes = tensors_of(*state_->axes);
    tensors.insert(tensors.end(), axes.begin(), axes.end());
  }
  write_tensors(path, tensors,
                {{"format", "pt"},
                 {"recipe", store_recipe(state_->recipe, state_->network, path.parent_path())},
                 {"side", std::to_string(state_->side)},
                 {"fit", state_->fit == Fit::crop ? "crop" : "pad"},
                 {"algorithms", state_->network->algorithms()},
                 {"width", std::to_string(state_->network->width())},
                 {"dimensions", std::to_string(state_->network->dimensions())}});
}

Model load_model(const std::filesystem::path& run, const std::string& device) {
  return in_a_sentence([&] { return Model(load_state(run, device)); });
}

std::shared_ptr<const Model::State> load_state(const std::filesystem::path& run,
                                               const std::string& device) {
  const std::filesystem::path path = run / "model.safetensors";
  if (!std::filesystem::exists(path)) {
    fail("{} holds no model.safetensors; it is not a run, or its training has not got that far",
         run.string());
  }
  const TensorFile file = TensorFile::read(path);
  const auto recipe = file.metadata.find("recipe");
  if (recipe == file.metadata.end()) {
    fail("{} does not say its recipe; it was not written by tsimcne", path.string());
  }
  auto state = std::make_shared<Model::State>();
  state->recipe = stored_recipe(recipe->second, run);
  state->side = count_in(file, "side", path);
  const auto fit = file.metadata.find("fit");
  state->fit = fit != file.metadata.end() && fit->second == "pad" ? Fit::pad : Fit::crop;
  state->device = device_named(device);
  const auto algorithms = file.metadata.find("algorithms");
  state->network =
      make_network(state->recipe, state->side, count_in(file, "width", path), state->device,
                   algorithms == file.metadata.end() ? std::string() : algorithms->second);
  const int dimensions = count_in(file, "dimensions", path);
  if (dimensions > state->network->width()) {
    fail("{} asks for {} dimensions of an output of {}; it is damaged", path.string(), dimensions,
         state->network->width());
  }
  state->network->mask_dimensions(dimensions);
  file.copy_into(state->network->state(), "");
  if (const auto directions = file.tensors.find("axes.directions");
      directions != file.tensors.end()) {
    const auto mean = file.tensors.find("axes.mean");
    if (mean == file.tensors.end()) fail("{} has no tensor \"axes.mean\"", path.string());
    state->axes = PrincipalAxes{rows_of(mean->second), rows_of(directions->second)};
  }
  return state;
}

}  // namespace tsimcne
