#include <gtest/gtest.h>
#include <hwy/targets.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tsimcne/loss/loss.hpp"
#include "tsimcne/network/network.hpp"
#include "tsimcne/train/sgd.hpp"

// Fixed weights in, the reference's numbers out: the fixture's field "how" says how the weights
// and images are made.

namespace tsimcne {
namespace {

using Json = nlohmann::json;

const Json& fixture() {
  static const Json json = Json::parse(std::ifstream(TEST_DATA "/network_steps.json"));
  return json;
}

double hash(int64_t i, int64_t p) {
  const double q =
      43758.5453 * std::sin(12.9898 * static_cast<double>(i) + 78.233 * static_cast<double>(p));
  return q - std::floor(q);
}

void fill(torch::Tensor tensor, double scale, double offset, int64_t p) {
  torch::Tensor values = torch::empty({tensor.numel()}, torch::kFloat64);
  auto* value = values.data_ptr<double>();
  for (int64_t i = 0; i < tensor.numel(); ++i) {
    value[i] = offset + scale * (2 * hash(i, p) - 1) * std::sqrt(3.0);
  }
  const torch::NoGradGuard no_grad;
  tensor.copy_(values.reshape(tensor.sizes()));
}

void fill_weights(Network& network, const Json& names) {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [name, tensor] : network->state()) tensors.emplace(name, tensor);
  ASSERT_EQ(tensors.size(), names.size());
  for (size_t index = 0; index < names.size(); ++index) {
    const std::string name = names[index];
    ASSERT_TRUE(tensors.contains(name)) << name;
    torch::Tensor& tensor = tensors.at(name);
    const auto p = static_cast<int64_t>(index);
    const auto ends_with = [&](const char* end) { return name.ends_with(end); };
    if (ends_with("running_mean") || ends_with("running_var") || ends_with("batches_tracked")) {
      continue;
    } else if (tensor.dim() > 1) {
      fill(tensor, std::sqrt(2.0 / static_cast<double>(tensor[0].numel())), 0, p);
    } else if (name.starts_with("projection_head")) {
      fill(tensor, std::sqrt(2.0 / static_cast<double>(tensor.numel())), 0, p);
    } else {
      fill(tensor, 0.1, ends_with("weight") ? 1 : 0, p);
    }
  }
}

torch::Tensor images() {
  torch::Tensor x = torch::empty({8, 3, 32, 32});
  for (int64_t i = 0; i < x.numel(); ++i) {
    x.data_ptr<float>()[i] = static_cast<float>(hash(i, 1000));
  }
  return x;
}

void expect_norms(const Json& expected, const std::map<std::string, double>& norms,
                  double tolerance, const char* what) {
  for (const auto& [name, norm] : expected.items()) {
    const double wanted = norm;
    ASSERT_TRUE(norms.contains(name)) << name;
    EXPECT_NEAR(norms.at(name), wanted, tolerance * wanted) << what << " of " << name;
  }
}

void expect_values(const Json& expected, const torch::Tensor& got, double tolerance) {
  for (size_t i = 0; i < expected.size(); ++i) {
    const double wanted = expected[i];
    EXPECT_NEAR(got.flatten()[static_cast<int64_t>(i)].item<double>(), wanted,
                tolerance * std::max(1.0, std::abs(wanted)));
  }
}

/// One step as the trainer takes it, checked against the fixture's.
void check_step(Network& network, Sgd& optimizer, const Json& step, double loss_scale,
                double gradient_tolerance) {
  network->train();
  const Embedding embedding = network(images());
  const torch::Tensor loss = contrastive_loss(embedding.points, kernel_named("cauchy")).loss;
  (loss_scale * loss).backward();
  const double expected_loss = step["loss"];
  EXPECT_NEAR(loss.item<double>(), expected_loss, 1e-4 * std::abs(expected_loss));
  expect_values(step["z_first_5"], embedding.points.flatten(), 5e-3);
  expect_values(step["h_first_5"], embedding.features.flatten(), 5e-3);
  std::map<std::string, double> norms;
  for (const auto& [name, parameter] : network->learning()) {
    norms[name] = parameter.grad().clamp(-4, 4).norm().item<double>();
  }
  expect_norms(step["gradient_norms"], norms, gradient_tolerance, "gradient");
  optimizer.step(0.002);
  norms.clear();
  for (const auto& [name, parameter] : network->learning()) {
    norms[name] = parameter.norm().item<double>();
  }
  expect_norms(step["parameter_norms_after"], norms, 1e-3, "norm");
}

struct Case {
  const char* name;
  const char* backbone;
  bool plain;
  double gradient_tolerance;
};

class NetworkSteps : public testing::TestWithParam<Case> {};

TEST_P(NetworkSteps, EqualTheReference) {
  const Json& expected = fixture()[GetParam().name];
  Network network(make_backbone(GetParam().backbone), HeadShape(), 128, "direct");
  if (GetParam().plain) network->use_plain_layers();
  int64_t count = 0;
  for (const torch::Tensor& parameter : network->parameters()) count += parameter.numel();
  EXPECT_EQ(count, expected["parameters"].get<int64_t>());
  fill_weights(network, expected["state_dict"]);
  Sgd optimizer(network->learning(), 0.9, 5e-4, 4);
  double tolerance = GetParam().gradient_tolerance;
  for (const Json& step : expected["steps"]) {
    check_step(network, optimizer, step, expected["loss_scale"], tolerance);
    // The reference ran on AVX-512, OpenBLAS's products as well. Others round differently, and
    // after a step a few units are on the other side of their ReLU, in libtorch's own modules too.
    const bool rounds_as_reference =
        (hwy::SupportedTargets() & HWY_AVX3) != 0 && std::getenv("OPENBLAS_CORETYPE") == nullptr;
    if (!rounds_as_reference) tolerance = 1e-2;
  }
  if (!expected.contains("evaluation_after")) return;
  network->eval();
  const torch::NoGradGuard no_grad;
  const Embedding embedding = network(images());
  expect_values(expected["evaluation_after"]["z_first_8"], embedding.points.flatten(), 1e-2);
  expect_values(expected["evaluation_after"]["h_first_8"], embedding.features.flatten(), 1e-2);
}

INSTANTIATE_TEST_SUITE_P(Reference, NetworkSteps,
                         testing::Values(Case{"resnet18", "resnet18", true, 1e-3},
                                         Case{"resnet18", "resnet18", false, 1e-3},
                                         Case{"resnet18_clipped", "resnet18", true, 1e-3},
                                         Case{"resnet18_clipped", "resnet18", false, 1e-3},
                                         Case{"resnet50", "resnet50", true, 1e-2},
                                         Case{"resnet50", "resnet50", false, 1e-2}),
                         [](const auto& test) {
                           return std::string(test.param.name) +
                                  (test.param.plain ? "_plain" : "_engine");
                         });

}  // namespace
}  // namespace tsimcne
