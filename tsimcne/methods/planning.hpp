#pragma once

#include <chrono>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/train/plan.hpp"

namespace tsimcne {

/// What fills a budget of time, by a measurement of this machine.
class Plan {
 public:
  /// Measures the machine, plans the epochs into the settings' budget, which runs since `start`,
  /// and says what was chosen, and where the budget is too short that it is the shortest plan. Puts
  /// the plan, and the algorithms that were found fastest, into the settings.
  Plan(Settings& settings, const ImageSet& images, std::chrono::steady_clock::time_point start,
       const Listener& listener);

  /// To be called before every batch. When the last stage begins and trains the head, it gets the
  /// epochs that fill the time which the stages before have left, and that is said.
  void revise(Trainer& trainer, const Listener& listener) const;

 private:
  Recipe choose_dictionary(const Recipe& recipe, const ImageSet& images,
                           const TrainerOptions& options, double measured);

  int64_t images_;
  std::chrono::steady_clock::time_point end_;  // of training and map
  Speed speed_;
};

}  // namespace tsimcne
