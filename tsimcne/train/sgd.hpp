#pragma once

#include "tsimcne/train/optimizer.hpp"

namespace tsimcne {

/// Stochastic gradient descent with momentum, weight decay and gradients clipped by value:
///   g = clip(gradient) + weight_decay * p,  v = momentum * v + g,  p = p - rate * v.
class Sgd : public Optimizer {
 public:
  Sgd(NamedTensors parameters, double momentum, double weight_decay, double clip);

  void step(double rate) override;

  /// velocity.NAME, the momentum v of each parameter.
  NamedTensors state() const override { return velocities_; }

 private:
  NamedTensors parameters_;
  NamedTensors velocities_;
  double momentum_, weight_decay_, clip_;
};

}  // namespace tsimcne
