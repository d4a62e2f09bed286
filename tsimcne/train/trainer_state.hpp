#pragma once

#include <torch/torch.h>

#include <functional>
#include <optional>
#include <span>

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/loss/loss.hpp"
#include "tsimcne/train/dictionary_backbone.hpp"
#include "tsimcne/train/model_state.hpp"
#include "tsimcne/train/optimizer.hpp"
#include "tsimcne/train/sums.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

/// The insides of a Trainer. What decides how training goes on is in a checkpoint, or is made again
/// from what is.
struct Trainer::State {
  Recipe recipe;
  ImageSet images;
  TrainerOptions options;
  torch::Device device;
  Network network{nullptr};
  std::unique_ptr<Optimizer> optimizer;  // of the stage under way; none before it has begun
  torch::Tensor kept;        // [1 + kept_views, m, g], what the dictionary sees in views
  torch::Tensor described;   // [n, g], what it sees in the images, where it has looked at all
  torch::Tensor features;    // [n, f], of all images, while the backbone stands still
  Neighbors neighbors;       // of all images by features, in a stage of the head
  PlacingProgress progress;  // of keeping features
  Position position;
  Sums sums;
  std::vector<EpochRecord> history;
  std::vector<int64_t> order;  // of the stage's images in the epoch under way
  torch::Tensor views;         // [2b, 3, s, s], filled anew for every batch

  State(Recipe the_recipe, ImageSet the_images, const TrainerOptions& the_options);

  const Stage& stage() const { return recipe.stages[static_cast<size_t>(position.stage)]; }
  bool finished() const { return position.stage == static_cast<int>(recipe.stages.size()); }
  int64_t images_of_stage() const;
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
  DictionaryBackbone* dictionary() const;
  void fill_dictionary();
  void set_trained_parameters();
  void begin_stage();
  void end_stage();
  void begin_epoch();
  void end_epoch();
  torch::Tensor points_of_views(std::span<const int64_t> batch);
  void keep_views();
  torch::Tensor describe_images(std::span<const int64_t> some,
                                const std::function<void(int64_t)>& done) const;
  torch::Tensor points_of_kept_views(std::span<const int64_t> batch);
  void keep_features();
  void keep_what_stands_still();
  torch::Tensor points_of_neighbors(std::span<const int64_t> batch);
  torch::Tensor points_of(std::span<const int64_t> batch);
  ContrastiveLoss differentiate(std::span<const int64_t> batch);
  std::string place_in_words() const;
  void train_batch();
  void step();
  EpochRecord record() const;
  bool has(const Position& place) const;
  std::optional<Matrix> quick_points(std::span<const int64_t> some);
};

}  // namespace tsimcne
