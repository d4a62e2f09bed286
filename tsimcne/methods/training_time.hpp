#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

/// Seconds until the stage and until everything is done.
struct TimeLeft {
  double stage = 0, all = 0;
};

/// Measures the batches of a training and tells from them how long the rest takes.
class TrainingTime {
 public:
  explicit TrainingTime(const Trainer& trainer) : trainer_(trainer) {}

  /// To be called after every batch.
  void note_batch();

  /// None where too little was measured.
  std::optional<TimeLeft> left() const;
  double views_per_second() const;

 private:
  const Trainer& trainer_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  int stage_ = -1;                // that the measurement is of
  double seconds_per_batch_ = 0;  // of that stage, recent ones weigh more
  int64_t batches_ = 0;           // measured
};

}  // namespace tsimcne
