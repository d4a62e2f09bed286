#include "tsimcne/network/network.hpp"

namespace tsimcne {

NetworkImpl::NetworkImpl(std::shared_ptr<Backbone> backbone, const HeadShape& head,
                         int64_t dimensions, const std::string& algorithms)
    : backbone_(register_module("backbone", std::move(backbone))),
      head_(register_module("projection_head",
                            ProjectionHead(backbone_->features(), head, dimensions))),
      cpu_layers_(backbone_->fits_cpu_layers() ? cpu_layers(algorithms) : nullptr),
      visible_(dimensions) {
  if (cpu_layers_) backbone_->use(cpu_layers_);
}

void NetworkImpl::use_plain_layers() {
  cpu_layers_.reset();
  backbone_->use(plain_layers());
}

Embedding NetworkImpl::forward(const torch::Tensor& x) {
  Embedding result;
  result.features = backbone_->forward(x);
  result.points = place(result.features);
  return result;
}

torch::Tensor NetworkImpl::place(const torch::Tensor& features) {
  return head_(features).narrow(1, 0, visible_);
}

void NetworkImpl::replace_last_layer(int64_t dimensions) {
  head_->replace_last_layer(dimensions);
  visible_ = dimensions;
}

void NetworkImpl::freeze_backbone() {
  frozen_ = true;
  train(is_training());
  train_everything();
}

void NetworkImpl::train(bool on) {
  torch::nn::Module::train(on);
  if (frozen_) backbone_->eval();
}

void NetworkImpl::train_everything() {
  for (torch::Tensor& parameter : parameters()) parameter.requires_grad_(true);
  if (!frozen_) return;
  for (torch::Tensor& parameter : backbone_->parameters()) parameter.requires_grad_(false);
}

void NetworkImpl::train_only(const torch::nn::Module& module) {
  for (torch::Tensor& parameter : parameters()) parameter.requires_grad_(false);
  for (torch::Tensor& parameter : module.parameters()) parameter.requires_grad_(true);
}

void NetworkImpl::train_backbone() {
  train_only(*backbone_);
}

void NetworkImpl::train_head() {
  train_only(*head_);
}

void NetworkImpl::train_last_layer() {
  train_only(*head_->last_layer());
}

NamedTensors NetworkImpl::learning() const {
  NamedTensors result;
  for (const auto& parameter : named_parameters()) {
    if (parameter.value().requires_grad()) result.emplace_back(parameter.key(), parameter.value());
  }
  return result;
}

NamedTensors NetworkImpl::state() const {
  NamedTensors result;
  for (const auto& tensor : named_parameters()) result.emplace_back(tensor.key(), tensor.value());
  for (const auto& tensor : named_buffers()) result.emplace_back(tensor.key(), tensor.value());
  return result;
}

}  // namespace tsimcne
