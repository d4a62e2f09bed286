#pragma once

#include "tsimcne/train/optimizer.hpp"

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
/// The last layer, whose rows are coordinates, and all vectors take Adam's steps (Kingma, Ba, ICLR
/// 2015) at a fifteenth of the rate, with momenta 0.9 and 0.99 and the same decay of weights.
class Muon : public Optimizer {
 public:
  /// parameters: of a network, its last layer's weight the last one of two dimensions.
  Muon(NamedTensors parameters, double momentum, double weight_decay);

  void step(double rate) override;

  /// momentum.NAME of all parameters; square.NAME of those that take Adam's steps; steps, [1].
  NamedTensors state() const override;

 private:
  struct Learning {
    std::string name;
    torch::Tensor parameter, momentum, square;  // square: undefined where it is orthogonalised
  };

  void step_orthogonal(Learning& learning, double rate) const;
  void step_adam(Learning& learning, double rate) const;

  std::vector<Learning> learning_;
  torch::Tensor steps_;  // how many there were, in double
  double momentum_, weight_decay_;
};

}  // namespace tsimcne
