#include "tsimcne/error.hpp"
#include "tsimcne/network/libtorch.hpp"
#include "tsimcne/network/tensor_file.hpp"
#include "tsimcne/train/finite.hpp"
#include "tsimcne/train/trainer_state.hpp"
#include "tsimcne/train/training_json.hpp"

namespace tsimcne {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Position, stage, epoch, batch)

/// Whether a checkpoint stands at a place that its own recipe and images have.
bool Trainer::State::has(const Position& place) const {
  if (place == Position{static_cast<int>(recipe.stages.size()), 0, 0}) return true;
  if (place.stage < 0 || place.stage >= static_cast<int>(recipe.stages.size())) return false;
  const double epochs = recipe.stages[static_cast<size_t>(place.stage)].epochs;
  return place.epoch >= 0 && place.epoch < std::max(epochs, 1.0) && place.batch >= 0 &&
         place.batch < batches_per_epoch();
}

void Trainer::save(const std::filesystem::path& checkpoint) const {
  NamedTensors tensors;
  for (const auto& [name, tensor] : state_->network->state()) {
    tensors.emplace_back("network." + name, tensor);
  }
  if (state_->optimizer) {
    const NamedTensors remembered = state_->optimizer->state();
    tensors.insert(tensors.end(), remembered.begin(), remembered.end());
  }
  for (const auto& [name, tensor] : tensors) {
    if (tensor.is_floating_point() && !all_finite(tensor)) {
      fail("{} holds numbers that are not finite after stage {}, epoch {}, so {} stays as it was",
           name, state_->position.stage + 1, state_->position.epoch + 1, checkpoint.string());
    }
  }
  const nlohmann::json training = {{"position", state_->position},
                                   {"begun", state_->optimizer != nullptr},
                                   {"width", state_->network->width()},
                                   {"dimensions", state_->network->dimensions()},
                                   {"sums", state_->sums},
                                   {"history", state_->history},
                                   {"seed", state_->options.seed},
                                   {"pad", state_->options.fit == Fit::pad},
                                   {"algorithms", algorithms()},
                                   {"images", state_->images.fingerprint()}};
  write_tensors(
      checkpoint, tensors,
      {{"recipe", store_recipe(state_->recipe, state_->network, checkpoint.parent_path())},
       {"training", training.dump()}});
}

namespace {

/// Runs `read` on a checkpoint's own JSON, and turns what may be wrong with it into sentences.
template <typename Read>
auto read_training(const TensorFile& file, const std::filesystem::path& path, Read read) try {
  return in_a_sentence([&] { return read(nlohmann::json::parse(file.metadata.at("training"))); });
} catch (const std::out_of_range&) {
  fail("{} is not a checkpoint of tsimcne", path.string());
} catch (const nlohmann::json::exception& error) {
  fail("{} is not a sound checkpoint: {}", path.string(), error.what());
}

}  // namespace

Standing read_standing(const std::filesystem::path& checkpoint) {
  const TensorFile file = TensorFile::read(checkpoint);
  return read_training(file, checkpoint, [&](const nlohmann::json& training) {
    return Standing{recipe_of_json(file.metadata.at("recipe")), training.at("position"),
                    training.at("history").get<std::vector<EpochRecord>>()};
  });
}

Trainer Trainer::load(const std::filesystem::path& checkpoint, ImageSet images,
                      const std::string& device) {
  const TensorFile file = TensorFile::read(checkpoint);
  return read_training(file, checkpoint, [&](const nlohmann::json& training) {
    if (training.at("images") != images.fingerprint()) {
      fail(
          "the images are not those that {} was trained on; put the old ones back or start a new "
          "run",
          checkpoint.string());
    }
    auto state = std::make_unique<State>(
        stored_recipe(file.metadata.at("recipe"), checkpoint.parent_path()), std::move(images),
        TrainerOptions{training.at("seed"), device, training.at("pad") ? Fit::pad : Fit::crop,
                       training.value("algorithms", std::string())});
    state->position = training.at("position");
    if (!state->has(state->position)) {
      fail("{} stands at a place that its recipe does not have; it is damaged",
           checkpoint.string());
    }
    state->sums = training.at("sums");
    state->history = training.at("history").get<std::vector<EpochRecord>>();
    state->network->replace_last_layer(training.at("width"));
    state->network->mask_dimensions(training.at("dimensions"));
    file.copy_into(state->network->state(), "network.");
    if (training.at("begun") && !state->finished()) {
      state->set_trained_parameters();
      file.copy_into(state->optimizer->state(), "");
    }
    return Trainer(std::move(state));
  });
}

}  // namespace tsimcne
