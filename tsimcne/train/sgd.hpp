#pragma once

#include "tsimcne/network/network.hpp"

namespace tsimcne {

/// Stochastic gradient descent with momentum, weight decay and gradients clipped by value:
///   g = clip(gradient) + weight_decay * p,  v = momentum * v + g,  p = p - rate * v.
class Sgd {
 public:
  Sgd(NamedTensors parameters, double momentum, double weight_decay, double clip);

  /// One step with the gradients that the parameters hold, which it clears.
  void step(double rate);

  /// The momentum v of each parameter, by the parameter's name.
  const NamedTensors& velocities() const { return velocities_; }

 private:
  NamedTensors parameters_;
  NamedTensors velocities_;
  double momentum_, weight_decay_, clip_;
};

}  // namespace tsimcne
