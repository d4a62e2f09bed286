#include "tsimcne/train/row_model.hpp"

#include "tsimcne/error.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/network/libtorch.hpp"
#include "tsimcne/network/tensor_file.hpp"
#include "tsimcne/random.hpp"
#include "tsimcne/train/head_pass.hpp"
#include "tsimcne/train/model_state.hpp"
#include "tsimcne/train/row_model_state.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr const char* recipe_key = "head";    // among a file's metadata
constexpr const char* head_prefix = "head.";  // of the names of its tensors

}  // namespace

ProjectionHead make_head(const Recipe& recipe, int64_t cols, uint64_t seed, torch::Device device) {
  Random random(seed, Stream::weights);
  torch::manual_seed(random.bits());
  ProjectionHead head(cols, HeadShape{recipe.hidden, recipe.hidden_layers},
                      recipe.stages.back().dimensions);
  head->replace_last_layer(recipe.stages.back().dimensions);
  head->to(device);
  return head;
}

ProjectionHead copy_of(const ProjectionHead& head, const Recipe& recipe, torch::Device device) {
  const NamedTensors source = parameters_of(head);
  ProjectionHead copy = make_head(recipe, source.front().second.size(1), /*seed=*/0, device);
  const torch::NoGradGuard no_grad;
  const NamedTensors target = parameters_of(copy);
  for (size_t i = 0; i < target.size(); ++i) {
    torch::Tensor(target[i].second).copy_(source[i].second);
  }
  return copy;
}

RowModel::RowModel(std::shared_ptr<const State> state) : state_(std::move(state)) {}

int64_t RowModel::cols() const {
  return state_->axes.mean.cols;
}

Matrix RowModel::transform(const RowSource& rows) const {
  if (rows.cols != cols()) {
    fail("the map was made of rows of {} numbers and cannot place rows of {}", cols(), rows.cols);
  }
  const Matrix seen = project(state_->axes, rows);
  return in_a_sentence([&] {
    return place_rows(state_->head, (tensor_of(seen) * state_->scale).to(state_->device));
  });
}

void RowModel::save(const fs::path& path, Metadata metadata) const {
  NamedTensors tensors = {{"axes.mean", tensor_of(state_->axes.mean)},
                          {"axes.directions", tensor_of(state_->axes.directions)},
                          {"scale", torch::full({1}, state_->scale, torch::kDouble)}};
  for (const auto& [name, tensor] : parameters_of(state_->head)) {
    tensors.emplace_back(head_prefix + name, tensor);
  }
  metadata.emplace(recipe_key, to_json(state_->recipe));
  write_tensors(path, tensors, metadata);
}

namespace {

/// A finite matrix of floats in the file, or an Error that names it.
Matrix matrix_in(const TensorFile& file, const std::string& name, const fs::path& path) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end() || found->second.dim() != 2 || found->second.numel() == 0 ||
      found->second.scalar_type() != torch::kFloat) {
    fail("{} has no matrix \"{}\"; it is damaged", path.string(), name);
  }
  Matrix matrix = rows_of(found->second);
  require_finite(matrix, path.string());
  return matrix;
}

}  // namespace

RowModel load_row_model(const fs::path& path, const std::string& device) {
  return in_a_sentence([&] {
    const TensorFile file = TensorFile::read(path);
    const auto recipe = file.metadata.find(recipe_key);
    if (recipe == file.metadata.end()) {
      fail("{} holds no network on rows of numbers, or is damaged", path.string());
    }
    auto state = std::make_shared<RowModel::State>();
    state->recipe = recipe_of_json(recipe->second);
    state->axes = {matrix_in(file, "axes.mean", path), matrix_in(file, "axes.directions", path)};
    const auto& [mean, directions, shares] = state->axes;
    if (mean.rows != 1 || mean.cols != directions.cols) {
      fail("{} has axes of {} numbers and a mean of {}; it is damaged", path.string(),
           directions.cols, mean.cols);
    }
    const torch::Tensor scale = torch::empty({1}, torch::kDouble);
    file.copy_into({{"scale", scale}}, "");
    state->scale = scale.item<double>();
    state->device = device_named(device);
    state->head = make_head(state->recipe, directions.rows, /*seed=*/0, state->device);
    file.copy_into(parameters_of(state->head), head_prefix);
    return RowModel(std::move(state));
  });
}

}  // namespace tsimcne
