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
#include "tsimcne/train/feature_neighbors.hpp"
#include "tsimcne/train/model_state.hpp"
#include "tsimcne/train/optimizer.hpp"
#include "tsimcne/views/batch.hpp"

namespace tsimcne {
namespace {

constexpr double least_head_share = 0.1;  // of the time
constexpr double most_head_share = 1.0 / 3;
constexpr double most_images_of_fast = 2e6;  // seen by resnet-fast
constexpr double most_images_of_dictionary =
    6e5;                                        // which it would see, where a dictionary is better
constexpr double most_share_of_features = 0.4;  // of the time, with a dictionary
constexpr int64_t most_measured = 100;          // repetitions

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

/// A batch of a stage of the head, on features of no meaning.
double measure_head_batch(const Recipe& recipe, const Stage& stage, Network network, int64_t n,
                          torch::Device device, double least) {
  network->replace_last_layer(stage.width());
  network->to(device);
  network->train_head();
  const auto optimizer = make_optimizer(recipe, stage, *network);
  const int64_t rows = 2 * batch_of(stage, recipe, n);
  const torch::Tensor features = torch::rand({rows, network->backbone().features()}, device);
  const auto place = [&] {
    std::optional<Autocast> autocast;
    if (trains_in_bfloat16(stage.trains, device)) autocast.emplace(device.type());
    return network->place(features).to(torch::kFloat);
  };
  const auto train = [&] {
    contrastive_loss(place(), kernel_named(stage.kernel)).loss.backward();
    optimizer->step(1e-3);
  };
  train();  // takes the memory
  return measure(least, train);
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
  const auto looked_at =
      static_cast<double>(std::min<int64_t>(n, 8'000) + std::min<int64_t>(n, 12'000));
  return looked_at * image + 1.5 + 10 * std::pow(options.atoms / 8192.0, 2);
}

/// To four digits, as people write it.
double round_down(double epochs) {
  if (epochs <= 0) return 0;
  const double unit = std::pow(10, std::floor(std::log10(epochs)) - 3);
  return std::floor(epochs / unit) * unit;
}

double batches_of_epoch(const Stage& stage, const Recipe& recipe, int64_t n) {
  return std::ceil(static_cast<double>(n) / static_cast<double>(batch_of(stage, recipe, n)));
}

double batches_of(const Stage& stage, const Recipe& recipe, int64_t n) {
  return stage.epochs * batches_of_epoch(stage, recipe, n);
}

/// The map at the end; after a stage of the head all features are there already.
double seconds_of_map(const Recipe& recipe, int64_t n, const Speed& speed) {
  return recipe.stages.back().trains == Trains::head ? 0 : static_cast<double>(n) * speed.image;
}

}  // namespace

Speed measure_speed(const Recipe& recipe, const ImageSet& images, const TrainerOptions& options,
                    double seconds) {
  const int64_t n = images.size();
  Speed speed;
  if (recipe.stages[0].epochs > 0) {
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
  for (const Stage& stage : recipe.stages) {
    if (stage.trains != Trains::head) continue;
    speed.head_batch = measure_head_batch(recipe, stage, network, n, device, seconds);
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
  return speed;
}

double seconds_of(const Stage& stage, const Recipe& recipe, int64_t n, const Speed& speed) {
  const double batches = batches_of(stage, recipe, n);
  switch (stage.trains) {
    case Trains::everything:
      return batches * speed.batch;
    case Trains::last_layer:
      return batches * speed.batch / 3;  // no backward pass
    case Trains::head:
      return batches * speed.head_batch + speed.dictionary + static_cast<double>(n) * speed.image +
             speed.neighbors;
  }
  return 0;
}

double seconds_of(const Recipe& recipe, int64_t n, const Speed& speed) {
  double seconds = seconds_of_map(recipe, n, speed);
  for (const Stage& stage : recipe.stages) seconds += seconds_of(stage, recipe, n, speed);
  return seconds;
}

double least_seconds(const Recipe& recipe, int64_t n, const Speed& speed) {
  double head = 0, others = seconds_of_map(recipe, n, speed);
  for (Stage stage : recipe.stages) {
    if (stage.trains == Trains::head) {
      head += batches_of(stage, recipe, n) * speed.head_batch;
      stage.epochs = 0;
      others += seconds_of(stage, recipe, n, speed);
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
  Recipe planned = recipe;
  double fixed = seconds_of_map(recipe, n, speed), scalable = 0;
  for (Stage& stage : planned.stages) {
    if (stage.trains != Trains::head) {
      scalable += seconds_of(stage, recipe, n, speed);
      continue;
    }
    const double share = batches_of(stage, recipe, n) * speed.head_batch / seconds;
    stage.epochs *= std::clamp(share, least_head_share, most_head_share) / share;
    fixed += seconds_of(stage, recipe, n, speed);
  }
  if (Stage& last = planned.stages.back(); scalable == 0 && last.trains == Trains::head) {
    last.epochs *= 1 + (seconds - fixed) / (batches_of(last, recipe, n) * speed.head_batch);
  }
  for (Stage& stage : planned.stages) {
    if (stage.trains != Trains::head && scalable > 0) stage.epochs *= (seconds - fixed) / scalable;
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

std::vector<Recipe> with_dictionaries(const Recipe& recipe) {
  struct Size {
    int atoms, stride;
  };
  std::vector<Recipe> result;
  for (const auto& [atoms, stride] :
       {Size{1024, 3}, {1024, 2}, {2048, 2}, {2048, 1}, {4096, 1}, {8192, 1}}) {
    Recipe& with = result.emplace_back(recipe);
    with.backbone = dictionary_name;
    with.dictionary.atoms = atoms;
    with.dictionary.stride = stride;
    for (Stage& stage : with.stages) {
      if (stage.trains != Trains::head) stage.epochs = 0;
    }
  }
  return result;
}

bool leaves_time_for_head(const Recipe& recipe, double seconds, int64_t n, const Speed& speed) {
  Stage none = recipe.stages.back();
  none.epochs = 0;
  return seconds_of(none, recipe, n, speed) <= most_share_of_features * seconds;
}

double head_epochs_for(const Recipe& recipe, double seconds, int64_t n, const Speed& speed) {
  const Stage& stage = recipe.stages.back();
  Stage none = stage;
  none.epochs = 0;
  const double training = seconds - seconds_of(none, recipe, n, speed);
  const double epochs = training / (batches_of_epoch(stage, recipe, n) * speed.head_batch);
  return round_down(std::clamp(epochs, stage.epochs / 2, stage.epochs * 2));
}

}  // namespace tsimcne
