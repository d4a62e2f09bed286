#include "tsimcne/train/sgd.hpp"

#include <gtest/gtest.h>

namespace tsimcne {
namespace {

/// Three steps with the same random gradients, some beyond the clip.
torch::Tensor stepped(torch::Dtype type, int64_t count) {
  torch::manual_seed(1);
  torch::Tensor parameter = torch::randn({count}).to(type).requires_grad_(true);
  Sgd optimizer({{"p", parameter}}, 0.9, 5e-2, 1.5);
  for (int i = 0; i < 3; ++i) {
    parameter.mutable_grad() = torch::randn({count}).to(type);
    optimizer.step(0.1);
    EXPECT_FALSE(parameter.grad().defined());
  }
  return parameter.detach().to(torch::kFloat64);
}

TEST(Sgd, OnePassIsTheFormula) {
  for (const int64_t count : {1, 17, 100'003}) {
    const torch::Tensor one_pass = stepped(torch::kFloat32, count);
    const torch::Tensor formula = stepped(torch::kFloat64, count);
    EXPECT_LT((one_pass - formula).abs().max().item<double>(), 1e-6) << count;
  }
}

}  // namespace
}  // namespace tsimcne
