#pragma once

#include <chrono>
#include <cstdint>

#include "app/progress.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

/// Shows how training goes: on a terminal one live line, and everywhere a line an epoch, of short
/// epochs one a second.
class TrainingProgress {
 public:
  explicit TrainingProgress(const Trainer& trainer);

  /// To be called after every batch.
  void show();

  /// Seconds until the stage and until everything is done, as far as can be told by now.
  struct TimeLeft {
    double stage = 0, all = 0;
  };
  TimeLeft time_left() const;

 private:
  void note_time();
  void print_epoch(const EpochRecord& epoch);

  const Trainer& trainer_;
  LiveLine line_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  int stage_ = -1;                                   // that the measurement is of
  double seconds_per_batch_ = 0;                     // of that stage, recent ones weigh more
  int64_t batches_ = 0;                              // measured
  size_t epochs_;                                    // finished so far
  std::chrono::steady_clock::time_point printed_{};  // the last line of one
  bool warned_ = false;
};

}  // namespace tsimcne
