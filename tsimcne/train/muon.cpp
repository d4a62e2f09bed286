#include "tsimcne/train/muon.hpp"

#include <algorithm>
#include <cmath>

namespace tsimcne {
namespace {

constexpr double adam_share = 1.0 / 15;  // of the learning rate

bool is_matrix(const torch::Tensor& parameter) {
  return parameter.dim() >= 2;
}

std::string last_matrix(const NamedTensors& parameters) {
  std::string last;
  for (const auto& [name, parameter] : parameters) {
    if (is_matrix(parameter)) last = name;
  }
  return last;
}

/// The parameters that Muon orthogonalises, or the others.
NamedTensors select(const NamedTensors& parameters, bool orthogonal) {
  const std::string last = last_matrix(parameters);
  NamedTensors selected;
  for (const auto& [name, parameter] : parameters) {
    if ((is_matrix(parameter) && name != last) == orthogonal) {
      selected.emplace_back(name, parameter);
    }
  }
  return selected;
}

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

Muon::Muon(const NamedTensors& parameters, double momentum, double weight_decay)
    : parameters_(select(parameters, /*orthogonal=*/true)),
      others_(select(parameters, /*orthogonal=*/false), weight_decay),
      momentum_(momentum),
      weight_decay_(weight_decay) {
  for (const auto& [name, parameter] : parameters_) {
    velocities_.emplace_back("velocity." + name, torch::zeros_like(parameter));
  }
}

void Muon::step(double rate) {
  const torch::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    torch::Tensor& p = parameters_[i].second;
    torch::Tensor& velocity = velocities_[i].second;
    const torch::Tensor gradient = p.grad();
    if (!gradient.defined()) continue;  // the network's output does not depend on it
    velocity.mul_(momentum_).add_(gradient);
    const torch::Tensor ahead = gradient.add(velocity, momentum_).flatten(1);
    const double shape = static_cast<double>(ahead.size(0)) / static_cast<double>(ahead.size(1));
    const torch::Tensor direction = orthogonalise(ahead) * std::sqrt(std::max(1.0, shape));
    p.mul_(1 - rate * weight_decay_).sub_(direction.view_as(p), rate);
    p.mutable_grad().reset();
  }
  others_.step(adam_share * rate);
}

NamedTensors Muon::state() const {
  NamedTensors result = velocities_;
  const NamedTensors others = others_.state();
  result.insert(result.end(), others.begin(), others.end());
  return result;
}

}  // namespace tsimcne
