#include "tsimcne/train/head_pass.hpp"

#include <algorithm>
#include <optional>

#include "tsimcne/train/autocast.hpp"
#include "tsimcne/train/model_state.hpp"

namespace tsimcne {
namespace {

constexpr int64_t rows_of_block = 256;
constexpr int64_t placed_at_once = 1 << 16;  // rows; bounds memory

/// Calls work(i) for all blocks, each on one thread, which has no others to help it.
template <class Work>
void for_each_block(size_t count, const Work& work) {
  const bool gradients = torch::GradMode::is_enabled();
#pragma omp parallel for schedule(dynamic) if (count > 1)
  for (size_t i = 0; i < count; ++i) {
    const torch::AutoGradMode as_outside(gradients);
    work(i);
  }
}

}  // namespace

NamedTensors parameters_of(const ProjectionHead& head) {
  NamedTensors result;
  for (const auto& parameter : head->named_parameters()) {
    result.emplace_back(parameter.key(), parameter.value());
  }
  return result;
}

HeadPass::HeadPass(ProjectionHead head, const torch::Tensor& rows) : head_(std::move(head)) {
  const bool on_gpu = rows.is_cuda();
  blocks_ = rows.split(on_gpu ? rows.size(0) : rows_of_block);
  for_each_block(blocks_.size(), [&](size_t i) {
    std::optional<Autocast> autocast;
    if (on_gpu) autocast.emplace(torch::kCUDA);
    blocks_[i] = head_->forward(blocks_[i]).to(torch::kFloat);
  });
}

torch::Tensor HeadPass::points() const {
  return torch::cat(blocks_).detach();
}

void HeadPass::backward(const torch::Tensor& gradient) {
  const std::vector<torch::Tensor> parameters = head_->parameters();
  std::vector<std::vector<torch::Tensor>> parts(blocks_.size());
  for_each_block(blocks_.size(), [&](size_t i) {
    const int64_t first = static_cast<int64_t>(i) * blocks_[0].size(0);
    parts[i] = torch::autograd::grad({blocks_[i]}, parameters,
                                     {gradient.narrow(0, first, blocks_[i].size(0))});
  });
  for (size_t p = 0; p < parameters.size(); ++p) {
    torch::Tensor sum = parts[0][p];
    for (size_t i = 1; i < parts.size(); ++i) sum.add_(parts[i][p]);
    torch::Tensor(parameters[p]).mutable_grad() = sum;
  }
}

Matrix place_rows(const ProjectionHead& head, const torch::Tensor& rows) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> points;
  for (const torch::Tensor& some : rows.split(placed_at_once)) {
    points.push_back(HeadPass(head, some).points().cpu());
  }
  return rows_of(torch::cat(points));
}

}  // namespace tsimcne
