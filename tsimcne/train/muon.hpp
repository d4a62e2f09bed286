#pragma once

#include "tsimcne/train/adam.hpp"

namespace tsimcne {

/// The nearest orthogonal matrix to `matrix` [m, n], roughly: all its singular values become about
/// one (0.7 to 1.2), its singular vectors stay (five Newton-Schulz steps of the fifth order; Jordan
/// et al., "Muon: an optimizer for hidden layers in neural networks", 2024).
torch::Tensor orthogonalise(const torch::Tensor& matrix);

/// Muon (Jordan et al. 2024). The weight of a convolution or a linear layer, as a matrix [out, in k
/// k], takes steps whose singular values are all equal, so that no few directions of the gradient
/// have it all to themselves, which makes the most of few steps:
///   v = momentum * v + gradient,
///   u = orthogonalise(gradient + momentum * v) * sqrt(max(1, out / (in k k))),
///   p = p * (1 - rate * weight_decay) - rate * u.
/// The last layer, whose rows are coordinates, and all vectors take Adam's steps (train/adam.hpp)
/// at a fifteenth of the rate, with the same weight decay.
class Muon : public Optimizer {
 public:
  /// parameters: of a network, its last layer's weight the last one of two dimensions.
  Muon(const NamedTensors& parameters, double momentum, double weight_decay);

  void step(double rate) override;

  /// velocity.NAME, v of each orthogonalised parameter, and the state of Adam.
  NamedTensors state() const override;

 private:
  NamedTensors parameters_;  // those that are orthogonalised
  NamedTensors velocities_;
  Adam others_;
  double momentum_, weight_decay_;
};

}  // namespace tsimcne
