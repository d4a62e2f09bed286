#include "tsimcne/methods/training_time.hpp"

#include <algorithm>

#include "tsimcne/duration.hpp"

namespace tsimcne {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t batches_to_tell = 3;  // measured before time left is told

/// Work on an image in an epoch, in forward passes of it: of two views each, of which the backward
/// pass through everything costs two more.
double cost_of(const Stage& stage) {
  if (stage.learns == Learns::head) return 0.1;
  if (stage.learns == Learns::encoder) return 0.25;
  const double views = 2 * stage.view_side * stage.view_side;
  return stage.learns == Learns::everything ? 3 * views : views;
}

/// What is done once in a stage: a stage of the head needs all features.
double cost_at_start(const Stage& stage) {
  return stage.learns == Learns::head ? 1.5 : 0;
}

}  // namespace

void TrainingTime::note_batch() {
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

double TrainingTime::views_per_second() const {
  return 2 * static_cast<double>(trainer_.batch()) / seconds_per_batch_;
}

std::optional<TimeLeft> TrainingTime::left() const {
  if (trainer_.finished()) return TimeLeft{};
  if (batches_ < batches_to_tell) return std::nullopt;
  const Position at = trainer_.position();
  const auto& stages = trainer_.recipe().stages;
  const Stage& current = stages[static_cast<size_t>(at.stage)];
  const int64_t batches =
      trainer_.batches_of_stage() - at.epoch * trainer_.batches_per_epoch() - at.batch;
  TimeLeft left;
  left.stage = seconds_per_batch_ * static_cast<double>(batches);
  double passes = stages.back().learns == Learns::head ? 0 : 1;  // to place every image at the end
  for (size_t i = static_cast<size_t>(at.stage) + 1; i < stages.size(); ++i) {
    passes += cost_at_start(stages[i]) + cost_of(stages[i]) * stages[i].epochs;
  }
  const double seconds_per_epoch =
      seconds_per_batch_ * static_cast<double>(trainer_.batches_per_epoch());
  left.all = left.stage + passes * seconds_per_epoch / cost_of(current);
  return left;
}

}  // namespace tsimcne
