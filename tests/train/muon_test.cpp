#include "tsimcne/train/muon.hpp"

#include <gtest/gtest.h>

namespace tsimcne {
namespace {

torch::Tensor random_tensor(torch::IntArrayRef shape, double scale = 1) {
  torch::Tensor tensor = torch::empty(shape);
  torch::nn::init::normal_(tensor, 0, scale);
  return tensor;
}

/// With A = U S V', X = U T V' means that A'X = V S T V': symmetric, as is AX'.
TEST(Muon, OrthogonalisedMatricesHaveTheSameVectorsAndEqualValues) {
  torch::manual_seed(1);
  for (const auto& [rows, columns] : {std::pair(16, 48), std::pair(48, 16)}) {
    const torch::Tensor a = random_tensor({rows, columns}, 3);
    const torch::Tensor x = orthogonalise(a);
    const torch::Tensor gram = rows < columns ? x.mm(x.t()) : x.t().mm(x);
    const torch::Tensor squares = std::get<0>(torch::linalg_eigh(gram, "L"));
    EXPECT_LT(squares.max().item<double>(), 1.25 * 1.25);
    EXPECT_GT(squares.min().item<double>(), 0.6 * 0.6);
    for (const torch::Tensor& product : {a.t().mm(x), a.mm(x.t())}) {
      EXPECT_LT((product - product.t()).abs().max().item<double>(),
                1e-4 * product.abs().max().item<double>());
    }
  }
}

/// Three steps with the same random gradients on two matrices and a vector, by the formulas of the
/// docstring in double.
TEST(Muon, StepsAreTheFormulas) {
  torch::manual_seed(2);
  constexpr double rate = 0.1, momentum = 0.9, decay = 0.05;
  const NamedTensors learning = {{"first", random_tensor({8, 2, 3, 3})},
                                 {"first_bias", random_tensor({8})},
                                 {"last", random_tensor({2, 8})}};
  NamedTensors wanted;
  for (const auto& [name, tensor] : learning) {
    wanted.emplace_back(name, tensor.to(torch::kDouble));
    torch::Tensor(tensor).requires_grad_(true);
  }
  Muon optimizer(learning, momentum, decay);
  std::vector<torch::Tensor> m(3), square(3);
  for (int step = 1; step <= 3; ++step) {
    for (size_t i = 0; i < 3; ++i) {
      const torch::Tensor gradient = random_tensor(learning[i].second.sizes());
      torch::Tensor(learning[i].second).mutable_grad() = gradient.clone();
      const torch::Tensor g = gradient.to(torch::kDouble);
      torch::Tensor& p = wanted[i].second;
      if (step == 1) m[i] = torch::zeros_like(g), square[i] = torch::zeros_like(g);
      if (i == 0) {
        m[i] = momentum * m[i] + g;
        const torch::Tensor u = orthogonalise((g + momentum * m[i]).flatten(1));
        p = p * (1 - rate * decay) - rate * u.view_as(p);  // 8 x 18: no factor of shape
      } else {
        m[i] = 0.9 * m[i] + 0.1 * g;
        square[i] = 0.99 * square[i] + 0.01 * g * g;
        const torch::Tensor direction = (m[i] / (1 - std::pow(0.9, step))) /
                                        ((square[i] / (1 - std::pow(0.99, step))).sqrt() + 1e-8);
        if (i == 2) p = p * (1 - rate / 15 * decay);
        p = p - rate / 15 * direction;
      }
    }
    optimizer.step(rate);
  }
  for (size_t i = 0; i < 3; ++i) {
    const torch::Tensor difference = learning[i].second.detach() - wanted[i].second;
    EXPECT_LT(difference.abs().max().item<double>(), 1e-5) << learning[i].first;
    EXPECT_FALSE(learning[i].second.grad().defined());
  }
}

TEST(Muon, RemembersAllThatItsStepsDependOn) {
  torch::manual_seed(3);
  const NamedTensors learning = {{"weight", random_tensor({4, 6})},
                                 {"last", random_tensor({2, 4})}};
  std::vector<std::string> names;
  for (const auto& [name, tensor] : Muon(learning, 0.9, 0).state()) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"velocity.weight", "adam.steps", "momentum.last",
                                             "square.last"}));
}

}  // namespace
}  // namespace tsimcne
