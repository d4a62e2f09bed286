#pragma once

#include <memory>

#include "tsimcne/network/network.hpp"
#include "tsimcne/train/recipe.hpp"

namespace tsimcne {

/// What turns gradients into steps.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// One step with the gradients that the parameters hold, which it clears.
  virtual void step(double rate) = 0;

  /// All that it remembers from step to step, by name.
  virtual NamedTensors state() const = 0;
};

/// The optimizer of a stage for the parameters that learn.
std::unique_ptr<Optimizer> make_optimizer(const Recipe& recipe, const Stage& stage,
                                          const NamedTensors& learning);

}  // namespace tsimcne
