#pragma once

#include "tsimcne/train/optimizer.hpp"

namespace tsimcne {

/// Adam (Kingma, Ba, ICLR 2015) with decoupled weight decay (Loshchilov, Hutter, ICLR 2019) of all
/// parameters but vectors, momenta 0.9 and 0.99:
///   m = 0.9 m + 0.1 g,  s = 0.99 s + 0.01 g^2,
///   p = p * (1 - rate * weight_decay) - rate * m / (1 - 0.9^t) / (sqrt(s / (1 - 0.99^t)) + 1e-8).
class Adam : public Optimizer {
 public:
  Adam(const NamedTensors& parameters, double weight_decay);

  void step(double rate) override;

  /// adam.steps, [1], and momentum.NAME and square.NAME, m and s of each parameter.
  NamedTensors state() const override;

 private:
  struct Learning {
    std::string name;
    torch::Tensor parameter, momentum, square;
  };

  std::vector<Learning> learning_;
  torch::Tensor steps_;  // t, in double
  double weight_decay_;
};

}  // namespace tsimcne
