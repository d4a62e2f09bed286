#include "app/learning/training_progress.hpp"

#include <algorithm>

#include "app/say.hpp"

namespace tsimcne {
namespace {

using Clock = std::chrono::steady_clock;

/// Work on an image in an epoch, in forward passes of it: of two views each, of which the backward
/// pass through everything costs two more.
double cost_of(const Stage& stage) {
  if (stage.trains == Trains::head) return 0.1;
  if (stage.trains == Trains::encoder) return 0.25;
  const double views = 2 * stage.view_side * stage.view_side;
  return stage.trains == Trains::everything ? 3 * views : views;
}

/// What is done once in a stage: a stage of the head needs all features.
double cost_at_start(const Stage& stage) {
  return stage.trains == Trains::head ? 1.5 : 0;
}

constexpr double very_long = 2 * 86400;  // seconds after which a plan deserves a word
constexpr int64_t batches_to_tell = 3;   // measured before time left is shown

}  // namespace

TrainingProgress::TrainingProgress(const Trainer& trainer)
    : trainer_(trainer), epochs_(trainer.history().size()) {}

void TrainingProgress::show() {
  note_time();
  const auto& history = trainer_.history();
  if (history.size() > epochs_) {
    epochs_ = history.size();
    const bool ends_stage =
        trainer_.finished() || trainer_.position().stage == history.back().stage;
    if (ends_stage || seconds_between(printed_, last_) >= 1) print_epoch(history.back());
  }
  if (trainer_.finished() || batches_ < batches_to_tell) return;
  const Position at = trainer_.position();
  const auto& stages = trainer_.recipe().stages;
  const TimeLeft left = time_left();
  const EpochRecord running = trainer_.running();
  line_.show(fmt::format(
      "stage {}/{}  epoch {}/{:g}  batch {}/{}  loss {:.3f}  {:.0f} views/s  left: {} in "
      "this stage, {} in all",
      at.stage + 1, stages.size(), at.epoch + 1, stages[static_cast<size_t>(at.stage)].epochs,
      at.batch, trainer_.batches_per_epoch(), running.loss,
      2 * static_cast<double>(trainer_.batch()) / seconds_per_batch_, duration(left.stage),
      duration(left.all)));
  if (!warned_ && left.all > very_long) {
    line_.clear();
    say("This plan takes about {} on this machine. Ctrl-C keeps what is learned at any time; "
        "--recipe fast and --budget make it shorter.\n",
        duration(left.all));
    warned_ = true;
  }
}

void TrainingProgress::note_time() {
  const auto now = Clock::now();
  const double seconds = seconds_between(last_, now);
  last_ = now;
  if (const int stage = trainer_.position().stage; stage != stage_) {
    stage_ = stage;  // this batch was the last one of the stage before
    batches_ = 0;
    return;
  }
  ++batches_;
  const double weight = std::max(0.05, 1.0 / static_cast<double>(batches_));
  seconds_per_batch_ += weight * (seconds - seconds_per_batch_);
}

TrainingProgress::TimeLeft TrainingProgress::time_left() const {
  if (trainer_.finished()) return {};
  const Position at = trainer_.position();
  const auto& stages = trainer_.recipe().stages;
  const Stage& current = stages[static_cast<size_t>(at.stage)];
  const int64_t batches =
      trainer_.batches_of_stage() - at.epoch * trainer_.batches_per_epoch() - at.batch;
  TimeLeft left{};
  left.stage = seconds_per_batch_ * static_cast<double>(batches);
  double passes = stages.back().trains == Trains::head ? 0 : 1;  // to place every image at the end
  for (size_t i = static_cast<size_t>(at.stage) + 1; i < stages.size(); ++i) {
    passes += cost_at_start(stages[i]) + cost_of(stages[i]) * stages[i].epochs;
  }
  const double seconds_per_epoch =
      seconds_per_batch_ * static_cast<double>(trainer_.batches_per_epoch());
  left.all = left.stage + passes * seconds_per_epoch / cost_of(current);
  return left;
}

void TrainingProgress::print_epoch(const EpochRecord& epoch) {
  line_.clear();
  const auto& stages = trainer_.recipe().stages;
  say("stage {}/{}  epoch {}/{:g}  loss {:.4f} (attraction {:.4f}, repulsion {:.4f})  rate "
      "{:.3g}  "
      "{:.0f} views/s  {}\n",
      epoch.stage, stages.size(), epoch.epoch, stages[static_cast<size_t>(epoch.stage - 1)].epochs,
      epoch.loss, epoch.attraction, epoch.repulsion, epoch.learning_rate, epoch.views_per_second,
      duration(epoch.seconds));
  printed_ = last_;
}

}  // namespace tsimcne
