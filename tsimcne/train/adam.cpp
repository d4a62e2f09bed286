#include "tsimcne/train/adam.hpp"

#include <cmath>

namespace tsimcne {
namespace {

constexpr double kept_of_momentum = 0.9;
constexpr double kept_of_square = 0.99;
constexpr double epsilon = 1e-8;

}  // namespace

Adam::Adam(const NamedTensors& parameters, double weight_decay)
    : steps_(torch::zeros({1}, torch::kDouble)), weight_decay_(weight_decay) {
  for (const auto& [name, parameter] : parameters) {
    learning_.push_back(
        {name, parameter, torch::zeros_like(parameter), torch::zeros_like(parameter)});
  }
}

void Adam::step(double rate) {
  const torch::NoGradGuard no_grad;
  steps_ += 1;
  const auto steps = steps_.item<double>();
  const double momentum_share = 1 - std::pow(kept_of_momentum, steps);
  const double square_share = 1 - std::pow(kept_of_square, steps);
  for (Learning& learning : learning_) {
    torch::Tensor& p = learning.parameter;
    const torch::Tensor gradient = p.grad();
    if (!gradient.defined()) continue;  // the network's output does not depend on it
    learning.momentum.mul_(kept_of_momentum).add_(gradient, 1 - kept_of_momentum);
    learning.square.mul_(kept_of_square).addcmul_(gradient, gradient, 1 - kept_of_square);
    const torch::Tensor size = (learning.square / square_share).sqrt() + epsilon;
    if (p.dim() >= 2) p.mul_(1 - rate * weight_decay_);
    p.sub_(learning.momentum / momentum_share / size, rate);
    p.mutable_grad().reset();
  }
}

NamedTensors Adam::state() const {
  NamedTensors result = {{"adam.steps", steps_}};
  for (const Learning& learning : learning_) {
    result.emplace_back("momentum." + learning.name, learning.momentum);
    result.emplace_back("square." + learning.name, learning.square);
  }
  return result;
}

}  // namespace tsimcne
