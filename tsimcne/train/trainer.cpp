#include "tsimcne/train/trainer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/loss/loss.hpp"
#include "tsimcne/network/libtorch.hpp"
#include "tsimcne/network/weights.hpp"
#include "tsimcne/train/autocast.hpp"
#include "tsimcne/train/feature_neighbors.hpp"
#include "tsimcne/train/finite.hpp"
#include "tsimcne/train/schedule.hpp"
#include "tsimcne/train/trainer_state.hpp"
#include "tsimcne/views/batch.hpp"

namespace tsimcne {
namespace {

constexpr int64_t kept_at_once = 1024;  // images

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Trainer::State::State(Recipe the_recipe, ImageSet the_images, const TrainerOptions& the_options)
    : recipe(std::move(the_recipe)),
      images(std::move(the_images)),
      options(the_options),
      device(device_named(the_options.device)) {
  validate(recipe);
  if (images.size() < 2) fail("training needs at least 2 images; there is {}", images.size());
  seed_weights();
  make_first_network();
  for (const auto& [name, tensor] : network->state()) {
    if (tensor.is_floating_point() && !all_finite(tensor)) {
      fail("the first weights hold numbers that are not finite, in {}; take another file", name);
    }
  }
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
  recipe.dictionary = earlier.recipe.dictionary;
  recipe.kept_views = earlier.recipe.kept_views;
  recipe.hidden = earlier.recipe.hidden;
  recipe.hidden_layers = earlier.recipe.hidden_layers;
  validate(recipe);
  network =
      make_network(recipe, images.side(), earlier.network->width(), device, options.algorithms);
  network->mask_dimensions(earlier.network->dimensions());
  if (!copy_numbers(earlier.network, network)) {
    fail("the backbone of {} makes another number of features of images of {} pixels than of {}",
         options.start_from.string(), images.side(), earlier.side);
  }
}

int64_t Trainer::State::images_of_stage() const {
  return finished() ? images.size() : images_of(stage(), images.size());
}

/// Images a step.
int64_t Trainer::State::batch() const {
  const int wanted = !finished() && stage().batch > 0 ? stage().batch : recipe.batch;
  return std::min<int64_t>(wanted, images.size());
}

/// A last partial batch counts where it holds a pair of images at least.
int64_t Trainer::State::batches_per_epoch() const {
  return images_of_stage() / batch() + (images_of_stage() % batch() >= 2 ? 1 : 0);
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
  const bool fixed = is_script(recipe.backbone) || recipe.backbone == dictionary_name;
  if (stage().view_side == 1 || fixed) return side;
  return std::clamp(4 * static_cast<int>(std::lround(side * stage().view_side / 4)), 4, side);
}

double Trainer::State::learning_rate() const {
  const Stage& s = stage();
  if (s.epochs == 0) return 0;
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
  switch (stage().learns) {
    case Learns::everything:
      network->train_everything();
      break;
    case Learns::last_layer:
      network->train_last_layer();
      break;
    case Learns::head:
      network->train_head();
      break;
    case Learns::encoder:
      network->train_backbone();
      break;
  }
  optimizer = make_optimizer(recipe, stage(), network->learning());
}

void Trainer::State::begin_stage() {
  if (network->width() != stage().width()) {
    seed_weights();
    network->replace_last_layer(stage().width());
  }
  if (stage().from != From::features) features.reset();
  set_trained_parameters();
}

void Trainer::State::end_stage() {
  network->mask_dimensions(stage().dimensions);
  optimizer.reset();
  kept.reset();
  neighbors = {};
  views.reset();
  position = {position.stage + 1, 0, 0};
}

void Trainer::State::begin_epoch() {
  Random random(options.seed, Stream::order, epochs_before());
  order = random_order(images_of_stage(), random);
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

/// What the dictionary sees in images and in random views of them. It is the same after a stop.
void Trainer::State::keep_views() {
  Random random(options.seed, Stream::kept_views);
  std::vector<int64_t> chosen = random_order(images.size(), random);
  const int64_t count = images_of_stage(), kinds = 1 + recipe.kept_views;
  chosen.resize(static_cast<size_t>(count));
  std::ranges::sort(chosen);
  const auto tell = [&](int64_t kind, int64_t done) {
    if (progress) progress((kind * count + done) / kinds, count);
  };
  const torch::Tensor own = describe_images(chosen, [&](int64_t done) { tell(0, done); });
  kept = torch::empty({kinds, count, own.size(1)}, torch::dtype(torch::kHalf).device(device));
  kept[0].copy_(own);
  if (count == images.size()) described = own;
  const int side = images.side();
  const torch::Tensor pixels = torch::empty({2 * kept_at_once, 3, side, side});
  for (int64_t kind = 1; kind < kinds; kind += 2) {  // views are drawn in pairs
    for (int64_t first = 0; first < count; first += kept_at_once) {
      const int64_t n = std::min(kept_at_once, count - first);
      const int64_t wanted = std::min<int64_t>(2, kinds - kind);
      const auto some =
          std::span(chosen).subspan(static_cast<size_t>(first), static_cast<size_t>(n));
      const torch::Tensor x = pixels.narrow(0, 0, 2 * n);
      fill_views(images, some, recipe.views, {options.seed, static_cast<uint32_t>(kind)}, side,
                 {x.data_ptr<float>(), static_cast<size_t>(x.numel())});
      const torch::Tensor seen = dictionary()->describe(x.narrow(0, 0, wanted * n).to(device));
      kept.narrow(0, kind, wanted).narrow(1, first, n).copy_(seen.view({wanted, n, -1}));
      tell(kind, wanted * (first + n));
    }
  }
}

/// In as many at once as embed() looks at, on which the last digits depend.
torch::Tensor Trainer::State::describe_images(std::span<const int64_t> some,
                                              const std::function<void(int64_t)>& done) const {
  const int64_t side = images.side();
  std::vector<torch::Tensor> parts;
  for (size_t first = 0; first < some.size(); first += embedded_at_once) {
    const auto part = some.subspan(first, std::min<size_t>(embedded_at_once, some.size() - first));
    const torch::Tensor x = torch::empty({std::ssize(part), 3, side, side});
    fill_images(images, part, {x.data_ptr<float>(), static_cast<size_t>(x.numel())});
    parts.push_back(dictionary()->describe(x.to(device)));
    done(static_cast<int64_t>(first + part.size()));
  }
  return torch::cat(parts);
}

/// The encoder's codes of two kept views of each image of the batch, that differ.
torch::Tensor Trainer::State::points_of_kept_views(std::span<const int64_t> batch_images) {
  const size_t count = batch_images.size();
  const auto views_of_image = static_cast<uint32_t>(kept.size(0));
  std::vector<int64_t> rows(2 * count);
  for (size_t i = 0; i < count; ++i) {
    const int64_t image = batch_images[i];
    Random random(options.seed, Stream::kept_views, static_cast<uint32_t>(image),
                  1 + epochs_before());
    const uint32_t one = random.below(views_of_image);
    const uint32_t other = (one + 1 + random.below(views_of_image - 1)) % views_of_image;
    rows[i] = one * kept.size(1) + image;
    rows[count + i] = other * kept.size(1) + image;
  }
  const torch::Tensor index = torch::tensor(rows, torch::kLong).to(device);
  return dictionary()->encode(kept.flatten(0, 1).index_select(0, index).to(torch::kFloat));
}

/// The backbone stands still in a stage of the head, so its features are the same after a stop.
void Trainer::State::keep_features() {
  if (!features.defined()) {
    features = described.defined()
                   ? complete_features(*dictionary(), described)
                   : tensor_of(embed(network, images, device, progress).features).to(device);
    described.reset();
  }
  neighbors = feature_neighbors(rows_of(features.cpu()), nearness_of(recipe), stage().neighbors,
                                options.seed);
}

/// The head's points of each image of the batch, and of one of its neighbours.
torch::Tensor Trainer::State::points_of_neighbors(std::span<const int64_t> batch_images) {
  const auto count = batch_images.size();
  std::vector<int64_t> rows(2 * count);
  for (size_t i = 0; i < count; ++i) {
    const auto near = neighbors.row(batch_images[i]);
    Random random(options.seed, Stream::neighbors, static_cast<uint32_t>(batch_images[i]),
                  epochs_before());
    rows[i] = batch_images[i];
    rows[count + i] = near[random.below(static_cast<uint32_t>(near.size()))];
  }
  const torch::Tensor index = torch::tensor(rows, torch::kLong).to(device);
  return network->place(features.index_select(0, index));
}

/// Two points of each image of the batch, which attract each other: [2b, d], float32 everywhere.
torch::Tensor Trainer::State::points_of(std::span<const int64_t> batch_images) {
  std::optional<Autocast> autocast;
  if (trains_in_bfloat16(stage().from, device)) autocast.emplace(device.type());
  switch (stage().from) {
    case From::views:
      return points_of_views(batch_images).to(torch::kFloat);
    case From::kept_views:
      return points_of_kept_views(batch_images).to(torch::kFloat);
    case From::features:
      return points_of_neighbors(batch_images).to(torch::kFloat);
  }
  return {};
}

namespace {

/// What a batch changes before its step: batch norm's statistics, and the gradients.
class Undo {
 public:
  Undo(const Network& network, bool of_statistics) : network_(network) {
    if (of_statistics) buffers_ = network->buffers();
    for (const torch::Tensor& buffer : buffers_) kept_.push_back(buffer.clone());
  }

  void operator()() const {
    const torch::NoGradGuard no_grad;
    for (size_t i = 0; i < buffers_.size(); ++i) torch::Tensor(buffers_[i]).copy_(kept_[i]);
    for (torch::Tensor& parameter : network_->parameters()) parameter.mutable_grad().reset();
  }

 private:
  Network network_;
  std::vector<torch::Tensor> buffers_, kept_;
};

}  // namespace

/// The loss of a batch, whose gradients the parameters then hold. Throws an Error where one of them
/// is not finite.
ContrastiveLoss Trainer::State::differentiate(std::span<const int64_t> batch_images) {
  const torch::Tensor points = points_of(batch_images);
  const ContrastiveLoss loss =
      contrastive_loss(points, kernel_named(stage().kernel), objective_named(stage().objective));
  if (const double value = loss.loss.item<double>(); !std::isfinite(value)) {
    fail("the loss became {} in {}", value, place_in_words());
  }
  loss.loss.backward();
  for (const auto& [name, parameter] : network->learning()) {
    if (const torch::Tensor& gradient = parameter.grad();
        gradient.defined() && !all_finite(gradient)) {
      fail("the gradient of {} is not finite in {}", name, place_in_words());
    }
  }
  return loss;
}

std::string Trainer::State::place_in_words() const {
  return fmt::format("stage {}, epoch {}, at learning rate {:.3g}", position.stage + 1,
                     position.epoch + 1, learning_rate());
}

void Trainer::State::train_batch() {
  const auto start = std::chrono::steady_clock::now();
  const int64_t first = position.batch * batch();
  const int64_t count = std::min(batch(), images_of_stage() - first);
  const auto now = std::span(order).subspan(static_cast<size_t>(first), static_cast<size_t>(count));
  const Undo undo(network, /*of_statistics=*/stage().from == From::views);
  ContrastiveLoss loss;
  try {
    loss = differentiate(now);
  } catch (...) {
    undo();
    throw;
  }
  optimizer->step(learning_rate());

  sums.add(loss, count, seconds_since(start));
}

/// A dictionary sees the collection before the first stage, or the run that was started from has.
void Trainer::State::fill_dictionary() {
  if (dictionary() && dictionary()->empty()) dictionary()->learn(images, options.seed, progress);
}

DictionaryBackbone* Trainer::State::dictionary() const {
  return dynamic_cast<DictionaryBackbone*>(&network->backbone());
}

/// What the stage learns from, where that does not change with the weights that learn.
void Trainer::State::keep_what_stands_still() {
  if (stage().from == From::kept_views && !kept.defined()) keep_views();
  if (stage().from == From::features && neighbors.indices.empty()) keep_features();
}

/// One batch, or, at a stage that has nothing to train, the change of network that it stands for.
void Trainer::State::step() {
  if (!optimizer) fill_dictionary();
  if (stage().epochs > 0) keep_what_stands_still();
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
  sums.put_means_into(result);
  return result;
}

Trainer::Trainer(Recipe recipe, ImageSet images, const TrainerOptions& options)
    : state_(in_a_sentence([&] {
        return std::make_unique<State>(std::move(recipe), std::move(images), options);
      })) {}

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
    in_a_sentence([&] { state_->step(); });
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

void Trainer::set_epochs(double epochs) {
  const Position at = position();
  if (finished() || at != Position{.stage = at.stage}) {
    fail("the epochs of a stage can change before its first batch only");
  }
  Recipe changed = recipe();
  changed.stages[static_cast<size_t>(at.stage)].epochs = epochs;
  validate(changed);
  state_->recipe = std::move(changed);
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

Matrix Trainer::place(const ImageSet& images) const {
  if (images.side() != state_->images.side()) {
    fail(
        "the network is trained on images of {0} x {0} pixels and cannot place images of {1} x {1}",
        state_->images.side(), images.side());
  }
  return embed(state_->network, images, state_->device, {}).points;
}

/// Of these images by what is known of them; nothing where that is their pixels alone.
std::optional<Matrix> Trainer::State::quick_points(std::span<const int64_t> some) {
  const torch::Tensor& known = features.defined() ? features : described;
  if (!known.defined()) return std::nullopt;
  const torch::NoGradGuard no_grad;
  const std::vector<int64_t> rows(some.begin(), some.end());
  const torch::Tensor seen = known.index_select(0, torch::tensor(rows, torch::kLong).to(device));
  const torch::Tensor points =
      features.defined() ? network->place(seen) : dictionary()->encode(seen);
  return rows_of(points.to(torch::kFloat).cpu());
}

Matrix Trainer::place(std::span<const int64_t> images) const {
  if (std::optional<Matrix> points = state_->quick_points(images)) return std::move(*points);
  return place(take_images(state_->images, images));
}

Model Trainer::model(const PlacingProgress& progress) const {
  auto model = std::make_shared<Model::State>();
  model->recipe = state_->recipe;
  model->side = state_->images.side();
  model->fit = state_->options.fit;
  model->device = state_->device;
  const Network& network = state_->network;
  if (const int64_t d = network->dimensions(); d != 2 && d != 3) {
    const Embedded embedded = embed(network, state_->images, state_->device, progress);
    model->axes = principal_axes(
        state_->recipe.shows_features ? embedded.features : embedded.points, /*components=*/2);
  } else {  // so that the copy computes by the same algorithms
    constexpr std::array<int64_t, 1> first{0};
    embed(network, take_images(state_->images, first), state_->device, {});
  }
  model->network = copy_of(network, state_->recipe, state_->images.side(), state_->device);
  return Model(std::move(model));
}

/// Features that were kept need no second pass through the backbone.
Map Trainer::map(const PlacingProgress& progress) const {
  const torch::Tensor& features = state_->features;
  if (!features.defined() || state_->network->dimensions() > 3) {
    return model(progress).transform(state_->images, progress);
  }
  Map map;
  map.catalog = state_->images.catalog();
  map.features = rows_of(features.cpu());
  map.points = place_features(state_->network, features);
  return map;
}

void Trainer::show_placing(PlacingProgress progress) {
  state_->progress = std::move(progress);
}

}  // namespace tsimcne
