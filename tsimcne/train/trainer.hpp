#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/train/model.hpp"
#include "tsimcne/train/recipe.hpp"

namespace tsimcne {

/// What Trainer::advance goes on to.
enum class Until { batch, epoch, stage, end };

/// The next batch to train; all from 0.
struct Position {
  int stage = 0;
  int epoch = 0;  // within the stage
  int64_t batch = 0;

  auto operator<=>(const Position&) const = default;
};

/// What an epoch came to.
struct EpochRecord {
  int stage = 0;                                   // from 1, as people count
  int epoch = 0;                                   // within the stage, from 1
  double loss = 0, attraction = 0, repulsion = 0;  // means over the epoch's images
  double learning_rate = 0;
  int dimensions = 0;
  double views_per_second = 0;
  double seconds = 0;
};

/// How a training is set up, beside the recipe. Training starts from random weights where neither
/// `weights` nor `start_from` is given.
struct TrainerOptions {
  uint64_t seed = 0;            // same seed, same map (on one machine, with as many threads and
                                // the same algorithms)
  std::string device = "auto";  // "cpu", "cuda"; "auto": cuda where there is one
  Fit fit = Fit::crop;          // how the images became squares; the model keeps it for later ones
  std::string algorithms{};     // of convolutions on a CPU: as an earlier Trainer::algorithms()
                                // gave them; "direct"; or empty, the fastest by a measurement
  std::filesystem::path weights = {};     // of the backbone: a file for load_weights()
  std::filesystem::path start_from = {};  // a run, whose model.safetensors has the first weights;
                                          // the recipe's backbone and hidden become that run's
};

/// A training run as a value that is advanced: stop anywhere, save, load, go on, and get the same
/// map.
class Trainer {
 public:
  /// Throws an Error where the recipe is impossible, there are fewer than two images, or the files
  /// to start from are not what they should be.
  Trainer(Recipe recipe, ImageSet images, const TrainerOptions& options = {});

  /// Goes on from a checkpoint. Throws an Error where it is damaged or of other images.
  static Trainer load(const std::filesystem::path& checkpoint, ImageSet images,
                      const std::string& device = "auto");

  ~Trainer();
  Trainer(Trainer&&) noexcept;

  /// Trains to the end of the next batch, epoch or stage, or of the recipe. Throws an Error that
  /// names stage and epoch where the loss or a gradient is not finite; all is then as it was before
  /// that batch.
  void advance(Until until = Until::end);

  bool finished() const;
  Position position() const;
  const Recipe& recipe() const;
  /// Of the stage under way.
  int64_t batches_per_epoch() const;
  int64_t batches_of_stage() const;
  /// Images a step of the stage under way, at most as many as there are.
  int64_t batch() const;
  /// Gives the stage under way another number of epochs. Throws an Error where it has begun.
  void set_epochs(double epochs);
  /// The epochs finished so far, in order.
  const std::vector<EpochRecord>& history() const;
  /// The epoch now under way, as far as it went; all means zero at its start.
  EpochRecord running() const;

  /// Tells `progress` how far it is where a stage starts with the features of all images; what it
  /// throws comes out of advance(), and the stage is then as it was before.
  void show_placing(PlacingProgress progress);

  /// Which algorithms compute the convolutions, so far as they were met; another training that is
  /// given them computes the same numbers. Empty where there is no choice.
  std::string algorithms() const;

  /// The network's points of `images` as it stands, [n, d]. They change nothing of what comes.
  /// Throws an Error where the images are not of the size that it is trained on.
  Matrix place(const ImageSet& images) const;

  /// The points of some of its own images, quickly where what is kept of them will do. In a stage
  /// of an encoder they are its codes.
  Matrix place(std::span<const int64_t> images) const;

  /// The network as it stands, and the map it gives.
  Model model(const PlacingProgress& progress = {}) const;
  Map map(const PlacingProgress& progress = {}) const;

  /// Writes all that load() needs as one whole file; a TorchScript backbone's file goes beside it,
  /// as backbone.pt. Throws an Error, and leaves an earlier file, where weights are not finite.
  void save(const std::filesystem::path& checkpoint) const;

 private:
  struct State;
  explicit Trainer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// How far the training of a checkpoint has come, read without its network.
struct Standing {
  Recipe recipe;
  Position position;
  std::vector<EpochRecord> history;
};
Standing read_standing(const std::filesystem::path& checkpoint);

}  // namespace tsimcne
