#pragma once

#include <chrono>

#include "app/learning/settle.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/train/plan.hpp"

namespace tsimcne {

/// What fills a budget of time, by a measurement of this machine.
class Plan {
 public:
  /// Measures the machine, plans the epochs into the options' budget, which runs since `start`, and
  /// says what was chosen, and where the budget is too short that it is the shortest plan. Puts the
  /// plan, and the algorithms that were found fastest, into the options.
  Plan(FitOptions& options, const ImageSet& images, std::chrono::steady_clock::time_point start);

  /// To be called before every batch. When the last stage begins and trains the head, it gets the
  /// epochs that fill the time which the stages before have left, and options and person are told.
  /// Returns whether anything changed.
  bool revise(Trainer& trainer, FitOptions& options) const;

 private:
  int64_t images_;
  std::chrono::steady_clock::time_point end_;  // of training and map
  Speed speed_;
};

}  // namespace tsimcne
