#include "tsimcne/train/muon.hpp"

#include <algorithm>
#include <cmath>

namespace tsimcne {
namespace {

constexpr double adam_share = 1.0 / 15;  // of the learning rate
constexpr double adam_momentum = 0.9;
constexpr double adam_square = 0.99;
constexpr double adam_epsilon = 1e-8;

}  // namespace

torch::Tensor orthogonalise(const torch::Tensor& matrix) {
  constexpr int steps = 5;
  constexpr double a = 3.4445, b = -4.7750, c = 2.0315;  // of x -> a x + b x^3 + c x^5
  const bool tall = matrix.size(0) > matrix.size(1);     // the products are of the shorter side
  torch::Tensor x = tall ? matrix.t().contiguous() : matrix;
  x = x / (x.norm() + 1e-7);
  for (int i = 0; i < steps; ++i) {
    const torch::Tensor gram = x.mm(x.t());
    x = a * x + (b * gram + c * gram.mm(gram)).mm(x);
  }
  return tall ? x.t().contiguous() : x;
}

Muon::Muon(NamedTensors parameters, double momentum, double weight_decay)
    : steps_(torch::zeros({1}, torch::kDouble)), momentum_(momentum), weight_decay_(weight_decay) {
  std::string last;
  for (const auto& [name, parameter] : parameters) {
    if (parameter.dim() >= 2) last = name;
  }
  for (const auto& [name, parameter] : parameters) {
    const bool orthogonal = parameter.dim() >= 2 && name != last;
    learning_.push_back({name, parameter, torch::zeros_like(parameter),
                         orthogonal ? torch::Tensor() : torch::zeros_like(parameter)});
  }
}

void Muon::step(double rate) {
  const torch::NoGradGuard no_grad;
  steps_ += 1;
  for (Learning& learning : learning_) {
    if (!learning.parameter.grad().defined()) continue;  // the output does not depend on it
    if (learning.square.defined()) {
      step_adam(learning, adam_share * rate);
    } else {
      step_orthogonal(learning, rate);
    }
    learning.parameter.mutable_grad().reset();
  }
}

void Muon::step_orthogonal(Learning& learning, double rate) const {
  torch::Tensor& p = learning.parameter;
  const torch::Tensor gradient = p.grad();
  learning.momentum.mul_(momentum_).add_(gradient);
  const torch::Tensor ahead = gradient.add(learning.momentum, momentum_).flatten(1);
  const double shape = static_cast<double>(ahead.size(0)) / static_cast<double>(ahead.size(1));
  const torch::Tensor direction = orthogonalise(ahead) * std::sqrt(std::max(1.0, shape));
  p.mul_(1 - rate * weight_decay_).sub_(direction.view_as(p), rate);
}

void Muon::step_adam(Learning& learning, double rate) const {
  torch::Tensor& p = learning.parameter;
  const torch::Tensor gradient = p.grad();
  learning.momentum.mul_(adam_momentum).add_(gradient, 1 - adam_momentum);
  learning.square.mul_(adam_square).addcmul_(gradient, gradient, 1 - adam_square);
  const auto steps = steps_.item<double>();
  const torch::Tensor mean = learning.momentum / (1 - std::pow(adam_momentum, steps));
  const torch::Tensor square = learning.square / (1 - std::pow(adam_square, steps));
  if (p.dim() >= 2) p.mul_(1 - rate * weight_decay_);
  p.sub_(mean / (square.sqrt() + adam_epsilon), rate);
}

NamedTensors Muon::state() const {
  NamedTensors result = {{"steps", steps_}};
  for (const Learning& learning : learning_) {
    result.emplace_back("momentum." + learning.name, learning.momentum);
    if (learning.square.defined()) result.emplace_back("square." + learning.name, learning.square);
  }
  return result;
}

}  // namespace tsimcne
