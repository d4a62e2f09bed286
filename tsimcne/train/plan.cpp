#include "tsimcne/train/plan.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>

#include "tsimcne/error.hpp"
#include "tsimcne/loss/loss.hpp"
#include "tsimcne/train/autocast.hpp"
#include "tsimcne/train/dictionary_backbone.hpp"
#include "tsimcne/train/feature_neighbors.hpp"
#include "tsimcne/train/model_state.hpp"
#include "tsimcne/train/optimizer.hpp"
#include "tsimcne/views/batch.hpp"

namespace tsimcne {
namespace {

constexpr double least_head_share = 0.1;  // of the time
constexpr double most_head_share = 1.0 / 3;
constexpr double most_images_of_fast = 2e6;          // seen by resnet-fast
constexpr double most_images_of_dictionary = 1.2e6;  // seen by it, where a dictionary is better
constexpr double most_images_of_core = 1500;         // that resnet-fast learns from in a second
constexpr double most_share_of_features = 0.4;       // of the time, with a dictionary alone
constexpr double most_share_of_views = 0.6;          // of the time, with its views for an encoder
constexpr double share_of_encoder = 0.4;             // of the rest of the time
constexpr double epochs_of_kept_view = 10;           // of an encoder; it learns too much by more
constexpr double plenty_of_head_epochs = 150;
constexpr int64_t least_images_of_encoder = 400;  // of fewer it learns each by heart
constexpr int64_t kept_views_in_all = 100'000;
constexpr int64_t least_kept_views = 4, most_kept_views = 32;  // where time allows
constexpr int least_side_of_coarse = 48;  // pixels, of which a dictionary may begin with halves
constexpr int64_t most_measured = 100;    // repetitions

/// Seconds that `work` takes, as a mean over `least` seconds.
double measure(double least, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  double seconds = 0;
  int64_t times = 0;
  do {
    work();
    ++times;
    seconds = std::chrono::duration<double>(Clock::now() - start).count();
  } while (seconds < least && times < most_measured);
  return seconds / static_cast<double>(times);
}

int64_t batch_of(const Stage& stage, const Recipe& recipe, int64_t n) {
  return std::min<int64_t>(n, stage.batch > 0 ? stage.batch : recipe.batch);
}

/// A batch of a stage of the head or of an encoder, from rows of no meaning all over as much memory
/// as training has.
double measure_dense_batch(const Recipe& recipe, const Stage& stage, Network network, int64_t n,
                           torch::Device device, double least) {
  auto* const dictionary = stage.learns == Learns::encoder
                               ? dynamic_cast<DictionaryBackbone*>(&network->backbone())
                               : nullptr;
  network->replace_last_layer(stage.width());
  network->to(device);
  if (dictionary != nullptr) {
    network->train_backbone();
  } else {
    network->train_head();
  }
  const auto optimizer = make_optimizer(recipe, stage, network->learning());
  const int64_t rows = 2 * batch_of(stage, recipe, n),
                images = std::min(n, most_images_of_kept_views);
  const torch::Tensor features = torch::ones(
      {images, dictionary != nullptr ? dictionary->described() : network->backbone().features()},
      device);
  const auto place = [&] {
    std::optional<Autocast> autocast;
    if (trains_in_bfloat16(stage.from, device)) autocast.emplace(device.type());
    const torch::Tensor index = torch::randint(images, {rows}, torch::kLong).to(device);
    const torch::Tensor some = features.index_select(0, index);
    const torch::Tensor points =
        dictionary != nullptr ? dictionary->encode(some) : network->place(some);
    return points.to(torch::kFloat);
  };
  const auto train = [&] {
    contrastive_loss(place(), kernel_named(stage.kernel), objective_named(stage.objective))
        .loss.backward();
    optimizer->step(1e-3);
  };
  train();  // takes the memory
  return measure(least, train);
}

/// 0 where there is no encoder that learns.
double measure_encoder_batch(const Recipe& recipe, const Network& network, int64_t n,
                             torch::Device device, double least) {
  const Stage& first = recipe.stages.front();
  if (first.learns != Learns::encoder || first.epochs == 0) return 0;
  return measure_dense_batch(recipe, first, network, n, device, least);
}

/// Searching takes time in proportion to images and to references.
double measure_neighbors(const Stage& stage, Nearness nearness, int64_t features, int64_t n,
                         uint64_t seed, double least) {
  const int64_t sample = std::min<int64_t>(n, 8192);
  const Matrix matrix = rows_of(torch::randn({sample, features}));
  const double seconds =
      measure(least, [&] { feature_neighbors(matrix, nearness, stage.neighbors, seed); });
  const double references = static_cast<double>(std::min(n, most_neighbor_references));
  return seconds * static_cast<double>(n) * references / std::pow(static_cast<double>(sample), 2);
}

/// Placing an image, in the batches that placing has.
double measure_image(Network network, const ImageSet& images, torch::Device device, double least) {
  const torch::NoGradGuard no_grad;
  network->eval();
  std::vector<int64_t> batch(static_cast<size_t>(std::min<int64_t>(images.size(), 256)));
  std::iota(batch.begin(), batch.end(), int64_t{0});
  const int64_t side = images.side();
  const torch::Tensor x = torch::empty({std::ssize(batch), 3, side, side});
  const auto place = [&] {
    fill_images(images, batch, {x.data_ptr<float>(), static_cast<size_t>(x.numel())});
    network(x.to(device)).points.sum().item<float>();
  };
  place();  // chooses algorithms
  return measure(least, place) / static_cast<double>(batch.size());
}

/// Of images, which cost what placing one does; and of matrices of as many rows as there are atoms.
double seconds_of_dictionary(const DictionaryOptions& options, int64_t n, double image) {
  return static_cast<double>(images_looked_at(n)) * image + 1.5 +
         10 * std::pow(options.atoms / 8192.0, 2);
}

/// To four digits, as people write it.
double round_down(double epochs) {
  if (epochs <= 0) return 0;
  const double unit = std::pow(10, std::floor(std::log10(epochs)) - 3);
  return std::floor(epochs / unit) * unit;
}

double batches_of_epoch(const Stage& stage, const Recipe& recipe, int64_t n) {
  return std::ceil(static_cast<double>(images_of(stage, n)) /
                   static_cast<double>(batch_of(stage, recipe, n)));
}

/// What an epoch takes.
double epoch_seconds(const Stage& stage, const Recipe& recipe, int64_t n, const Speed& speed) {
  const double batches = batches_of_epoch(stage, recipe, n);
  switch (stage.learns) {
    case Learns::everything:
    case Learns::encoder:
      return batches * speed.batch;
    case Learns::last_layer:
      return batches * speed.batch / 3;  // no backward pass
    case Learns::head:
      return batches * speed.head_batch;
  }
  return 0;
}

/// What a stage takes before its first epoch: views that are kept, or features and neighbours.
double seconds_before(const Stage& stage, const Recipe& recipe, int64_t n, const Speed& speed) {
  if (stage.from == From::kept_views && stage.epochs > 0) {
    const auto views = static_cast<double>(images_of(stage, n) * (1 + recipe.kept_views));
    return views * speed.image;
  }
  if (stage.from != From::features) return 0;
  const Stage& first = recipe.stages.front();
  const bool are_described =
      first.learns == Learns::encoder && first.epochs > 0 && images_of(first, n) == n;
  return (are_described ? 0 : static_cast<double>(n) * speed.image) + speed.neighbors;
}

/// What passes whatever the number of epochs. After a stage of the head all features of the map are
/// there already.
double fixed_seconds(const Recipe& recipe, int64_t n, const Speed& speed) {
  const bool has_features = recipe.stages.back().from == From::features;
  double seconds = speed.dictionary + (has_features ? 0 : static_cast<double>(n) * speed.image);
  for (const Stage& stage : recipe.stages) seconds += seconds_before(stage, recipe, n, speed);
  return seconds;
}

/// Epochs of an encoder, of which more make what it learned of the kept views worse on others.
double most_encoder_epochs(const Recipe& recipe) {
  return epochs_of_kept_view * (1 + recipe.kept_views);
}

/// Of `seconds`, of which some are fixed, what the head learns: all where nothing else does; what
/// an encoder leaves; else its own time between two shares.
double head_seconds(const Recipe& recipe, double seconds, double fixed, double own, double others) {
  if (others == 0) return seconds - fixed;
  if (const Stage& first = recipe.stages.front(); first.learns == Learns::encoder) {
    const double most = others / first.epochs * most_encoder_epochs(recipe);
    return seconds - fixed - std::min(most, share_of_encoder * (seconds - fixed));
  }
  return std::clamp(own, least_head_share * seconds, most_head_share * seconds);
}

}  // namespace

Speed measure_speed(const Recipe& recipe, const ImageSet& images, const TrainerOptions& options,
                    double seconds) {
  const int64_t n = images.size();
  Speed speed;
  if (recipe.stages[0].epochs > 0 && recipe.stages[0].learns != Learns::encoder) {
    Recipe endless = recipe;
    endless.stages.resize(1);
    endless.stages[0].epochs = 1e6;
    Trainer trainer(endless, images, options);
    trainer.advance(Until::batch);  // chooses algorithms
    speed.batch = measure(seconds, [&] { trainer.advance(Until::batch); });
    speed.algorithms = trainer.algorithms();
  }
  const torch::Device device = device_named(options.device);
  const Network network =
      make_network(recipe, images.side(), recipe.stages[0].width(), device, speed.algorithms);
  speed.image = measure_image(network, images, device, seconds);
  if (recipe.backbone == dictionary_name) {
    speed.dictionary = seconds_of_dictionary(recipe.dictionary, n, speed.image);
  }
  speed.batch += measure_encoder_batch(recipe, network, n, device, seconds);
  for (const Stage& stage : recipe.stages) {
    if (stage.learns != Learns::head) continue;
    speed.head_batch = measure_dense_batch(recipe, stage, network, n, device, seconds);
    speed.neighbors = measure_neighbors(stage, nearness_of(recipe), network->backbone().features(),
                                        n, options.seed, seconds);
  }
  if (const std::string algorithms = network->algorithms(); !algorithms.empty()) {
    speed.algorithms = algorithms;
  }
  return speed;
}

Speed measure_speed(const Recipe& recipe, const ImageSet& images, const TrainerOptions& options,
                    const Speed& of_other_dictionary, double seconds) {
  const torch::Device device = device_named(options.device);
  const Network network = make_network(recipe, images.side(), recipe.stages[0].width(), device, "");
  Speed speed = of_other_dictionary;
  speed.image = measure_image(network, images, device, seconds);
  speed.dictionary = seconds_of_dictionary(recipe.dictionary, images.size(), speed.image);
  if (speed.batch == 0) {
    speed.batch = measure_encoder_batch(recipe, network, images.size(), device, seconds);
  }
  return speed;
}

double seconds_of(const Stage& stage, const Recipe& recipe, int64_t n, const Speed& speed) {
  return seconds_before(stage, recipe, n, speed) +
         stage.epochs * epoch_seconds(stage, recipe, n, speed);
}

double seconds_of(const Recipe& recipe, int64_t n, const Speed& speed) {
  double seconds = fixed_seconds(recipe, n, speed);
  for (const Stage& stage : recipe.stages) {
    seconds += stage.epochs * epoch_seconds(stage, recipe, n, speed);
  }
  return seconds;
}

double least_seconds(const Recipe& recipe, int64_t n, const Speed& speed) {
  double head = 0, others = fixed_seconds(recipe, n, speed);
  for (const Stage& stage : recipe.stages) {
    if (stage.learns == Learns::head) {
      head += stage.epochs * epoch_seconds(stage, recipe, n, speed);
    } else if (stage.epochs > 0) {
      others += speed.batch;
    }
  }
  if (head == 0) return others;
  const double least = least_head_share / (1 - least_head_share) * others;
  const double most = most_head_share / (1 - most_head_share) * others;
  return others + std::clamp(head, least, most);
}

Recipe fit_into(const Recipe& recipe, double seconds, int64_t n, const Speed& speed) {
  seconds = std::max(seconds, least_seconds(recipe, n, speed));
  const double fixed = fixed_seconds(recipe, n, speed);
  double head = 0, others = 0;  // seconds as the recipe has them
  for (const Stage& stage : recipe.stages) {
    (stage.learns == Learns::head ? head : others) +=
        stage.epochs * epoch_seconds(stage, recipe, n, speed);
  }
  const double of_head = head == 0 ? 0 : head_seconds(recipe, seconds, fixed, head, others);
  Recipe planned = recipe;
  for (Stage& stage : planned.stages) {
    if (stage.epochs == 0) continue;
    stage.epochs *=
        stage.learns == Learns::head ? of_head / head : (seconds - fixed - of_head) / others;
    stage.epochs = round_down(stage.epochs);
  }
  return planned;
}

std::string backbone_for(const Recipe& planned, int64_t n) {
  const double seen = planned.stages.front().epochs * static_cast<double>(n);
  if (planned.backbone != "resnet-fast") return planned.backbone;
  if (seen < most_images_of_dictionary) return std::string(dictionary_name);
  return seen > most_images_of_fast ? "resnet-fast-deep" : planned.backbone;
}

bool leaves_no_time_for_network(const Recipe& recipe, double seconds, int threads) {
  return recipe.backbone == "resnet-fast" &&
         seconds * threads * most_images_of_core < most_images_of_dictionary;
}

std::vector<Recipe> with_dictionaries(const Recipe& recipe, int64_t n, int side) {
  const int64_t wanted = std::clamp(kept_views_in_all / n, least_kept_views, most_kept_views);
  const int64_t views = n < least_images_of_encoder ? 0 : wanted;
  struct Size {
    int atoms, grain, stride;
    int64_t kept_views;
  };
  const int coarse = side < least_side_of_coarse ? 1 : 2;
  std::vector<Size> sizes{{1024, coarse, 3, 0}, {1024, coarse, 2, 0}, {2048, coarse, 2, 0}};
  const auto add_views = [&](int grain, int64_t part) {
    if (views / part >= 2) sizes.push_back({2048, grain, 2, views / part});
  };
  for (const int64_t part : {8, 4, 2, 1}) add_views(coarse, part);
  if (coarse > 1) {  // then finer, at first of as few views as take as long
    if (views == 0) sizes.push_back({2048, 1, 2, 0});
    for (const int64_t part : {4, 2, 1}) add_views(1, part);
  }
  for (const int atoms : {2048, 4096, 8192}) sizes.push_back({atoms, 1, 1, views});
  std::vector<Recipe> result;
  for (const auto& [atoms, grain, stride, kept_views] : sizes) {
    Recipe& with = result.emplace_back(on_dictionary(recipe));
    with.dictionary.atoms = atoms;
    with.dictionary.grain = grain;
    with.dictionary.stride = stride;
    Stage& first = with.stages.front();
    if (first.learns != Learns::encoder) continue;
    if (kept_views == 0) first.epochs = 0;
    with.kept_views = first.epochs > 0 ? static_cast<int>(kept_views) : 0;
  }
  return result;
}

bool leaves_time_to_learn(const Recipe& recipe, double seconds, int64_t n, const Speed& speed) {
  const double left = seconds - fixed_seconds(recipe, n, speed);
  const double most = recipe.kept_views > 0 ? most_share_of_views : most_share_of_features;
  if (left >= (1 - most) * seconds) return true;
  Recipe plenty = recipe;
  plenty.stages.back().epochs = plenty_of_head_epochs;
  if (recipe.kept_views > 0) plenty.stages.front().epochs = most_encoder_epochs(recipe);
  return seconds_of(plenty, n, speed) <= seconds;
}

double head_epochs_for(const Recipe& recipe, double seconds, int64_t n, const Speed& speed) {
  const Stage& stage = recipe.stages.back();
  const double training = seconds - seconds_before(stage, recipe, n, speed);
  const double epochs = training / epoch_seconds(stage, recipe, n, speed);
  return round_down(std::clamp(epochs, stage.epochs / 2, stage.epochs * 2));
}

}  // namespace tsimcne
