#include "tsimcne/train/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "tsimcne/error.hpp"
#include "tsimcne/loss/loss.hpp"
#include "tsimcne/network/tensor_file.hpp"
#include "tsimcne/network/weights.hpp"
#include "tsimcne/train/autocast.hpp"
#include "tsimcne/train/feature_neighbors.hpp"
#include "tsimcne/train/model_state.hpp"
#include "tsimcne/train/optimizer.hpp"
#include "tsimcne/train/schedule.hpp"
#include "tsimcne/views/batch.hpp"

namespace tsimcne {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Position, stage, epoch, batch)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EpochRecord, stage, epoch, loss, attraction, repulsion,
                                   learning_rate, dimensions, views_per_second, seconds)

namespace {

/// Sums over the images of the epoch under way.
struct Sums {
  double loss = 0, attraction = 0, repulsion = 0;
  int64_t images = 0;
  double seconds = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Sums, loss, attraction, repulsion, images, seconds)

/// What a stage of the head learns from.
struct Kept {
  torch::Tensor features;  // [n, f], of the images themselves
  Neighbors neighbors;     // of each image, by features
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

struct Trainer::State {
  Recipe recipe;
  ImageSet images;
  TrainerOptions options;
  torch::Device device;
  Network network{nullptr};
  std::unique_ptr<Optimizer> optimizer;  // of the stage under way; none before it has begun
  std::optional<Kept> kept;              // where that is a stage of the head
  PlacingProgress progress;              // of keeping features
  Position position;
  Sums sums;
  std::vector<EpochRecord> history;
  std::vector<int64_t> order;  // of the images in the epoch under way
  torch::Tensor views;         // [2b, 3, s, s], filled anew for every batch

  State(Recipe the_recipe, ImageSet the_images, const TrainerOptions& the_options);

  const Stage& stage() const { return recipe.stages[static_cast<size_t>(position.stage)]; }
  bool finished() const { return position.stage == static_cast<int>(recipe.stages.size()); }
  int64_t batch() const;
  int64_t batches_per_epoch() const;
  int64_t batches_of_stage() const;
  int64_t batches_done() const { return position.epoch * batches_per_epoch() + position.batch; }
  int view_side() const;
  double learning_rate() const;
  int dimensions() const;
  uint32_t epochs_before() const;

  void seed_weights() const;
  void make_first_network();
  void take_over(const Model::State& earlier);
  void set_trained_parameters();
  void begin_stage();
  void end_stage();
  void begin_epoch();
  void end_epoch();
  torch::Tensor points_of_views(std::span<const int64_t> batch);
  void keep_features();
  torch::Tensor points_of_neighbors(std::span<const int64_t> batch);
  torch::Tensor points_of(std::span<const int64_t> batch);
  void train_batch();
  void step();
  EpochRecord record() const;
  bool has(const Position& place) const;
};

Trainer::State::State(Recipe the_recipe, ImageSet the_images, const TrainerOptions& the_options)
    : recipe(std::move(the_recipe)),
      images(std::move(the_images)),
      options(the_options),
      device(device_named(the_options.device)) {
  validate(recipe);
  if (images.size() < 2) fail("training needs at least 2 images; there is {}", images.size());
  seed_weights();
  make_first_network();
  if (recipe.freeze_backbone) network->freeze_backbone();
}

/// A network as it is before the first stage: random, with pretrained weights, or an earlier run's.
void Trainer::State::make_first_network() {
  if (!options.start_from.empty()) {
    if (!options.weights.empty()) fail("start_from and weights exclude each other; give one");
    return take_over(*load_state(options.start_from, "cpu"));
  }
  network = make_network(recipe, images.side(), recipe.stages.front().width(), device,
                         options.algorithms);
  if (!options.weights.empty()) load_weights(options.weights, network->backbone());
}

/// The shape of the earlier network goes into the recipe, its numbers into the new one. A last
/// layer of another width than the first stage's is replaced when that begins.
void Trainer::State::take_over(const Model::State& earlier) {
  recipe.backbone = earlier.recipe.backbone;
  recipe.hidden = earlier.recipe.hidden;
  recipe.hidden_layers = earlier.recipe.hidden_layers;
  network =
      make_network(recipe, images.side(), earlier.network->width(), device, options.algorithms);
  network->mask_dimensions(earlier.network->dimensions());
  const torch::NoGradGuard no_grad;
  const NamedTensors from = earlier.network->state(), to = network->state();
  for (size_t i = 0; i < to.size(); ++i) {
    if (to[i].second.sizes() != from[i].second.sizes()) {
      fail("the backbone of {} makes another number of features of images of {} pixels than of {}",
           options.start_from.string(), images.side(), earlier.side);
    }
    torch::Tensor(to[i].second).copy_(from[i].second);
  }
}

/// Images a step.
int64_t Trainer::State::batch() const {
  const int wanted = !finished() && stage().batch > 0 ? stage().batch : recipe.batch;
  return std::min<int64_t>(wanted, images.size());
}

/// A last partial batch counts where it holds a pair of images at least.
int64_t Trainer::State::batches_per_epoch() const {
  return images.size() / batch() + (images.size() % batch() >= 2 ? 1 : 0);
}

/// Part of an epoch is as many batches, rounded, but one at least.
int64_t Trainer::State::batches_of_stage() const {
  if (stage().epochs == 0) return 0;
  const double batches = stage().epochs * static_cast<double>(batches_per_epoch());
  return std::max<int64_t>(1, std::llround(batches));
}

/// Pixels; a multiple of 4, so that strides divide it, where it is less than the image's.
int Trainer::State::view_side() const {
  const int side = images.side();
  if (stage().view_side == 1 || is_script(recipe.backbone)) return side;
  return std::clamp(4 * static_cast<int>(std::lround(side * stage().view_side / 4)), 4, side);
}

double Trainer::State::learning_rate() const {
  const Stage& s = stage();
  const double rate = s.learning_rate * static_cast<double>(batch()) / 256;
  if (s.pace == Pace::one_cycle) {
    const auto batches = static_cast<double>(batches_of_stage());
    return rate * one_cycle((static_cast<double>(batches_done()) + 0.5) / batches);
  }
  const int epochs = static_cast<int>(std::ceil(s.epochs));
  return learning_rate_at(position.epoch, epochs, std::min(s.warm_up, epochs / 10), rate);
}

int Trainer::State::dimensions() const {
  const Stage& s = stage();
  if (s.anneal_from == 0) return s.dimensions;
  return dimensions_at(position.epoch, static_cast<int>(std::ceil(s.epochs)), s.anneal_from,
                       s.dimensions);
}

/// Epochs of all stages before the one under way, so that no two epochs share their views.
uint32_t Trainer::State::epochs_before() const {
  int epochs = position.epoch;
  for (int i = 0; i < position.stage; ++i) {
    epochs += static_cast<int>(std::ceil(recipe.stages[static_cast<size_t>(i)].epochs));
  }
  return static_cast<uint32_t>(epochs);
}

/// Makes the random weights that come next depend on the seed and the stage alone.
void Trainer::State::seed_weights() const {
  Random random(options.seed, Stream::weights, static_cast<uint32_t>(position.stage));
  torch::manual_seed(random.bits());
}

void Trainer::State::set_trained_parameters() {
  switch (stage().trains) {
    case Trains::everything:
      network->train_everything();
      break;
    case Trains::last_layer:
      network->train_last_layer();
      break;
    case Trains::head:
      network->train_head();
      break;
  }
  optimizer = make_optimizer(recipe, stage(), *network);
}

void Trainer::State::begin_stage() {
  if (network->width() != stage().width()) {
    seed_weights();
    network->replace_last_layer(stage().width());
  }
  set_trained_parameters();
}

void Trainer::State::end_stage() {
  network->mask_dimensions(stage().dimensions);
  optimizer.reset();
  kept.reset();
  views.reset();
  position = {position.stage + 1, 0, 0};
}

void Trainer::State::begin_epoch() {
  Random random(options.seed, Stream::order, epochs_before());
  order = random_order(images.size(), random);
  network->mask_dimensions(dimensions());
}

void Trainer::State::end_epoch() {
  history.push_back(record());
  sums = {};
  order.clear();
  position = {position.stage, position.epoch + 1, 0};
}

/// The network's points of two views of each image of the batch.
torch::Tensor Trainer::State::points_of_views(std::span<const int64_t> batch_images) {
  const int64_t count = std::ssize(batch_images), side = view_side();
  if (!views.defined()) views = torch::empty({2 * batch(), 3, side, side});
  const torch::Tensor x = views.narrow(0, 0, 2 * count);
  fill_views(images, batch_images, recipe.views, {options.seed, epochs_before()}, view_side(),
             {x.data_ptr<float>(), static_cast<size_t>(x.numel())});

  // Layers that draw, like a TorchScript backbone's dropout, draw the same after a stop.
  Random random(options.seed, Stream::layers, epochs_before(),
                static_cast<uint32_t>(position.batch));
  torch::manual_seed(random.bits());
  network->train();
  return network(x.to(device)).points;
}

/// The backbone stands still in a stage of the head, so its features are the same after a stop.
void Trainer::State::keep_features() {
  const Matrix features = embed(network, images, device, progress).features;
  kept = Kept{tensor_of(features).to(device),
              feature_neighbors(features, stage().neighbors, options.seed)};
}

/// The head's points of each image of the batch, and of one of its neighbours.
torch::Tensor Trainer::State::points_of_neighbors(std::span<const int64_t> batch_images) {
  const auto count = batch_images.size();
  std::vector<int64_t> rows(2 * count);
  for (size_t i = 0; i < count; ++i) {
    const auto near = kept->neighbors.row(batch_images[i]);
    Random random(options.seed, Stream::neighbors, static_cast<uint32_t>(batch_images[i]),
                  epochs_before());
    rows[i] = batch_images[i];
    rows[count + i] = near[random.below(static_cast<uint32_t>(near.size()))];
  }
  const torch::Tensor index = torch::tensor(rows, torch::kLong).to(device);
  return network->place(kept->features.index_select(0, index));
}

/// Two points of each image of the batch, which attract each other: [2b, d]. The network runs in
/// bfloat16 on a GPU, the loss in float32 everywhere.
torch::Tensor Trainer::State::points_of(std::span<const int64_t> batch_images) {
  std::optional<Autocast> autocast;
  if (device.is_cuda()) autocast.emplace(torch::kCUDA);
  const torch::Tensor points = stage().trains == Trains::head ? points_of_neighbors(batch_images)
                                                              : points_of_views(batch_images);
  return points.to(torch::kFloat);
}

void Trainer::State::train_batch() {
  const auto start = std::chrono::steady_clock::now();
  const int64_t first = position.batch * batch();
  const int64_t count = std::min(batch(), images.size() - first);
  const auto now = std::span(order).subspan(static_cast<size_t>(first), static_cast<size_t>(count));
  const torch::Tensor points = points_of(now);
  const ContrastiveLoss loss = contrastive_loss(points, kernel_named(stage().kernel));
  const double value = loss.loss.item<double>();
  if (!std::isfinite(value)) {
    fail("the loss became {} in stage {}, epoch {}, at learning rate {:.3g}", value,
         position.stage + 1, position.epoch + 1, learning_rate());
  }
  loss.loss.backward();
  optimizer->step(learning_rate());

  const double weight = static_cast<double>(count);
  sums.loss += weight * value;
  sums.attraction += weight * loss.attraction.item<double>();
  sums.repulsion += weight * loss.repulsion.item<double>();
  sums.images += count;
  sums.seconds += seconds_since(start);
}

/// One batch, or, at a stage that has nothing to train, the change of network that it stands for.
void Trainer::State::step() {
  if (stage().trains == Trains::head && stage().epochs > 0 && !kept) keep_features();
  if (!optimizer) begin_stage();
  if (stage().epochs == 0) return end_stage();
  if (order.empty()) begin_epoch();
  train_batch();
  ++position.batch;
  const bool ends = batches_done() == batches_of_stage();
  if (ends || position.batch == batches_per_epoch()) end_epoch();
  if (ends) end_stage();
}

EpochRecord Trainer::State::record() const {
  EpochRecord result{.stage = position.stage + 1, .epoch = position.epoch + 1};
  result.learning_rate = learning_rate();
  result.dimensions = dimensions();
  result.seconds = sums.seconds;
  if (sums.images == 0) return result;
  const double images_seen = static_cast<double>(sums.images);
  result.loss = sums.loss / images_seen;
  result.attraction = sums.attraction / images_seen;
  result.repulsion = sums.repulsion / images_seen;
  result.views_per_second = 2 * images_seen / sums.seconds;
  return result;
}

/// Whether a checkpoint stands at a place that its own recipe and images have.
bool Trainer::State::has(const Position& place) const {
  if (place == Position{static_cast<int>(recipe.stages.size()), 0, 0}) return true;
  if (place.stage < 0 || place.stage >= static_cast<int>(recipe.stages.size())) return false;
  const double epochs = recipe.stages[static_cast<size_t>(place.stage)].epochs;
  return place.epoch >= 0 && place.epoch < std::max(epochs, 1.0) && place.batch >= 0 &&
         place.batch < batches_per_epoch();
}

Trainer::Trainer(Recipe recipe, ImageSet images, const TrainerOptions& options)
    : state_(std::make_unique<State>(std::move(recipe), std::move(images), options)) {}

Trainer::Trainer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Trainer::~Trainer() = default;

Trainer::Trainer(Trainer&&) noexcept = default;

void Trainer::advance(Until until) {
  const Position start = position();
  const auto reached = [&] {
    const Position now = position();
    return finished() || until == Until::batch ||
           (until == Until::stage && now.stage > start.stage) ||
           (until == Until::epoch && (now.stage > start.stage || now.epoch > start.epoch));
  };
  if (finished()) return;
  do {
    state_->step();
  } while (!reached());
}

bool Trainer::finished() const {
  return state_->finished();
}

Position Trainer::position() const {
  return state_->position;
}

const Recipe& Trainer::recipe() const {
  return state_->recipe;
}

int64_t Trainer::batches_per_epoch() const {
  return state_->batches_per_epoch();
}

int64_t Trainer::batches_of_stage() const {
  return finished() ? 0 : state_->batches_of_stage();
}

int64_t Trainer::batch() const {
  return state_->batch();
}

const std::vector<EpochRecord>& Trainer::history() const {
  return state_->history;
}

EpochRecord Trainer::running() const {
  return finished() ? EpochRecord{} : state_->record();
}

std::string Trainer::algorithms() const {
  return state_->network->algorithms();
}

Model Trainer::model(const PlacingProgress& progress) const {
  auto model = std::make_shared<Model::State>();
  model->recipe = state_->recipe;
  model->side = state_->images.side();
  model->fit = state_->options.fit;
  model->device = state_->device;
  model->network = state_->network;
  if (const int64_t d = model->network->dimensions(); d != 2 && d != 3) {
    const Embedded embedded = embed(model->network, state_->images, state_->device, progress);
    model->axes = principal_axes(embedded.points, /*components=*/2);
  }
  return Model(std::move(model));
}

Map Trainer::map() const {
  return model().transform(state_->images);
}

void Trainer::show_placing(PlacingProgress progress) {
  state_->progress = std::move(progress);
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
  return read(nlohmann::json::parse(file.metadata.at("training")));
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
