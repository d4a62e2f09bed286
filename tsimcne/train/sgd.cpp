#include "tsimcne/train/sgd.hpp"

#include <algorithm>

namespace tsimcne {
namespace {

/// What a step does to one parameter.
struct Step {
  float rate, momentum, weight_decay, clip;
};

/// One pass over the memory.
void step_values(int64_t count, const Step& step, const float* gradient, float* parameter,
                 float* velocity) {
#pragma omp parallel for simd schedule(static) if (count > 65536)
  for (int64_t i = 0; i < count; ++i) {
    const float clipped = std::min(std::max(gradient[i], -step.clip), step.clip);
    velocity[i] = step.momentum * velocity[i] + clipped + step.weight_decay * parameter[i];
    parameter[i] -= step.rate * velocity[i];
  }
}

/// The same on any device and for any type.
void step_tensors(const Step& step, torch::Tensor gradient, torch::Tensor parameter,
                  torch::Tensor velocity) {
  gradient.clamp_(-step.clip, step.clip).add_(parameter, step.weight_decay);
  velocity.mul_(step.momentum).add_(gradient);
  parameter.sub_(velocity, step.rate);
}

bool is_plain(const torch::Tensor& tensor) {
  return tensor.device().is_cpu() && tensor.scalar_type() == torch::kFloat32 &&
         tensor.is_contiguous();
}

}  // namespace

Sgd::Sgd(NamedTensors parameters, double momentum, double weight_decay, double clip)
    : parameters_(std::move(parameters)),
      momentum_(momentum),
      weight_decay_(weight_decay),
      clip_(clip) {
  for (const auto& [name, parameter] : parameters_) {
    velocities_.emplace_back("velocity." + name, torch::zeros_like(parameter));
  }
}

void Sgd::step(double rate) {
  const torch::NoGradGuard no_grad;
  const Step step{static_cast<float>(rate), static_cast<float>(momentum_),
                  static_cast<float>(weight_decay_), static_cast<float>(clip_)};
  for (size_t i = 0; i < parameters_.size(); ++i) {
    torch::Tensor& parameter = parameters_[i].second;
    torch::Tensor& velocity = velocities_[i].second;
    const torch::Tensor gradient = parameter.grad();
    if (!gradient.defined()) continue;  // the network's output does not depend on it
    if (is_plain(parameter) && is_plain(velocity) && is_plain(gradient)) {
      step_values(parameter.numel(), step, gradient.data_ptr<float>(), parameter.data_ptr<float>(),
                  velocity.data_ptr<float>());
    } else {
      step_tensors(step, gradient, parameter, velocity);
    }
    parameter.mutable_grad().reset();
  }
}

}  // namespace tsimcne
