#include "tsimcne/train/sgd.hpp"

namespace tsimcne {

Sgd::Sgd(NamedTensors parameters, double momentum, double weight_decay, double clip)
    : parameters_(std::move(parameters)),
      momentum_(momentum),
      weight_decay_(weight_decay),
      clip_(clip) {
  for (const auto& [name, parameter] : parameters_) {
    velocities_.emplace_back(name, torch::zeros_like(parameter));
  }
}

void Sgd::step(double rate) {
  const torch::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    torch::Tensor& parameter = parameters_[i].second;
    torch::Tensor& velocity = velocities_[i].second;
    torch::Tensor gradient = parameter.grad();
    gradient.clamp_(-clip_, clip_).add_(parameter, weight_decay_);
    velocity.mul_(momentum_).add_(gradient);
    parameter.sub_(velocity, rate);
    parameter.mutable_grad().reset();
  }
}

}  // namespace tsimcne
