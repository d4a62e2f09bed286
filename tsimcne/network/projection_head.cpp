#include "tsimcne/network/projection_head.hpp"

namespace tsimcne {

ProjectionHeadImpl::ProjectionHeadImpl(int64_t features, const HeadShape& shape, int64_t dimensions)
    : last_(nullptr) {
  for (int64_t i = 0; i < shape.layers; ++i) {
    hidden_.emplace_back(i == 0 ? features : shape.hidden, shape.hidden);
  }
  last_ = torch::nn::Linear(shape.hidden, dimensions);
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
  torch::nn::Sequential chain;
  for (const torch::nn::Linear& layer : hidden_) {
    chain->push_back(layer);
    chain->push_back(torch::nn::ReLU());
  }
  chain->push_back(last_);
  layers_ = replace_module("layers", chain);
}

}  // namespace tsimcne
