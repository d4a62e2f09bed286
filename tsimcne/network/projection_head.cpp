#include "tsimcne/network/projection_head.hpp"

namespace tsimcne {

ProjectionHeadImpl::ProjectionHeadImpl(int64_t features, int64_t hidden, int64_t dimensions)
    : first_(features, hidden), last_(hidden, dimensions) {
  register_module("layers", torch::nn::Sequential());
  chain_layers();
}

torch::Tensor ProjectionHeadImpl::forward(const torch::Tensor& features) {
  return layers_->forward(features);
}

void ProjectionHeadImpl::replace_last_layer(int64_t dimensions) {
  const torch::Device device = last_->weight.device();
  last_ = torch::nn::Linear(last_->options.in_features(), dimensions);
  torch::nn::init::normal_(last_->weight, 0, 1);
  last_->to(device);
  chain_layers();
}

void ProjectionHeadImpl::chain_layers() {
  layers_ = replace_module("layers", torch::nn::Sequential(first_, torch::nn::ReLU(), last_));
}

}  // namespace tsimcne
