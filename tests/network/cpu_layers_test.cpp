// The CPU engine against libtorch's modules in float64.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tsimcne/error.hpp"
#include "tsimcne/network/layers.hpp"
#include "tsimcne/network/network.hpp"

namespace tsimcne {
namespace {

namespace nn = torch::nn;
using torch::Tensor;

struct Case {
  const char* name;
  int64_t images, in, out, side, kernel, stride;
  bool residual, relu;
};

// More images than fit one run through the cache, and sides that fill neither tiles nor vectors.
const std::vector<Case> cases = {
    {"stem", 70, 3, 32, 32, 3, 1, false, true},
    {"of_a_block", 40, 64, 64, 14, 3, 1, true, true},
    {"strided", 9, 32, 64, 15, 3, 2, false, true},
    {"shortcut", 9, 32, 64, 15, 1, 2, false, false},
    {"pointwise", 5, 64, 256, 7, 1, 1, true, true},
    {"added_without_relu", 5, 32, 32, 4, 3, 1, true, false},
    {"one_position", 6, 48, 16, 1, 3, 1, false, true},
};

/// A convolution with its norm, the same in every call.
struct Layer {
  explicit Layer(const Case& c)
      : convolution(nn::Conv2dOptions(c.in, c.out, c.kernel)
                        .stride(c.stride)
                        .padding(c.kernel / 2)
                        .bias(false)),
        norm(c.out) {
    torch::manual_seed(7);
    const torch::NoGradGuard no_grad;
    nn::init::kaiming_normal_(convolution->weight, 0, torch::kFanOut, torch::kReLU);
    nn::init::uniform_(norm->weight, 0.5, 1.5);
    nn::init::normal_(norm->bias, 0, 0.2);
    nn::init::normal_(norm->running_mean, 0, 0.2);
    nn::init::uniform_(norm->running_var, 0.5, 1.5);
  }

  nn::Conv2d convolution;
  nn::BatchNorm2d norm;
};

/// What a layer computes and what goes back through it.
struct Computed {
  Tensor y, gradient_x, gradient_residual, gradient_weight, gradient_gamma, gradient_beta, mean,
      variance;
};

Tensor to_blocked(const Tensor& x, int64_t block) {
  return x.reshape({x.size(0), x.size(1) / block, block, x.size(2), x.size(3)})
      .permute({0, 1, 3, 4, 2})
      .contiguous();
}

Tensor to_plain(const Tensor& x) {
  if (x.dim() == 4) return x;
  return x.permute({0, 1, 4, 2, 3}).reshape({x.size(0), -1, x.size(2), x.size(3)});
}

/// Length of the engine's blocks.
int64_t block_of(const CpuLayers& engine) {
  nn::Conv2d convolution(nn::Conv2dOptions(3, 16, 3).padding(1).bias(false));
  nn::BatchNorm2d norm(16);
  return engine.convolve(torch::zeros({2, 3, 4, 4}), convolution, norm, {}, false).size(4);
}

Computed compute(const Layers& layers, const Case& c, torch::Dtype type, int64_t block) {
  Layer layer(c);
  layer.convolution->to(type);
  layer.norm->to(type);
  torch::manual_seed(11);
  const int64_t out_side = (c.side - 1) / c.stride + 1;
  const Tensor images = torch::randn({c.images, c.in, c.side, c.side}).to(type);
  const Tensor added = torch::randn({c.images, c.out, out_side, out_side}).to(type);
  const Tensor pull = torch::randn({c.images, c.out, out_side, out_side}).to(type);
  Tensor x = block > 0 && c.in % block == 0 ? to_blocked(images, block) : images.clone();
  x.requires_grad_(c.in % 16 == 0);
  Tensor residual;
  if (c.residual) {
    residual = (block > 0 ? to_blocked(added, block) : added.clone()).requires_grad_(true);
  }
  const Tensor y = layers.convolve(x, layer.convolution, layer.norm, residual, c.relu);
  y.backward(block > 0 ? to_blocked(pull, block) : pull);
  return {to_plain(y.detach()),
          x.grad().defined() ? to_plain(x.grad()) : Tensor(),
          c.residual ? to_plain(residual.grad()) : Tensor(),
          layer.convolution->weight.grad(),
          layer.norm->weight.grad(),
          layer.norm->bias.grad(),
          layer.norm->running_mean,
          layer.norm->running_var};
}

double relative_error(const Tensor& got, const Tensor& expected) {
  const Tensor truth = expected.to(torch::kFloat64);
  return ((got.to(torch::kFloat64) - truth).norm() / (truth.norm() + 1e-12)).item<double>();
}

void expect_equal(const Computed& got, const Computed& expected, double tolerance) {
  const auto check = [&](Tensor Computed::*part, const char* name) {
    ASSERT_EQ((got.*part).defined(), (expected.*part).defined()) << name;
    if (!(got.*part).defined()) return;
    ASSERT_EQ((got.*part).sizes(), (expected.*part).sizes()) << name;
    EXPECT_LT(relative_error(got.*part, expected.*part), tolerance) << name;
  };
  check(&Computed::y, "y");
  check(&Computed::gradient_x, "the gradient of x");
  check(&Computed::gradient_residual, "the gradient of the residual");
  check(&Computed::gradient_weight, "the gradient of the weight");
  check(&Computed::gradient_gamma, "the gradient of gamma");
  check(&Computed::gradient_beta, "the gradient of beta");
  check(&Computed::mean, "the running mean");
  check(&Computed::variance, "the running variance");
}

#define NEED_ENGINE(engine) \
  if (!(engine)) GTEST_SKIP() << "this build or machine has no CPU engine"

class CpuLayersOf : public testing::TestWithParam<Case> {};

TEST_P(CpuLayersOf, ComputeWhatLibtorchDoes) {
  const auto engine = cpu_layers("direct");
  NEED_ENGINE(engine);
  const Computed truth = compute(*plain_layers(), GetParam(), torch::kFloat64, 0);
  expect_equal(compute(*engine, GetParam(), torch::kFloat32, block_of(*engine)), truth, 1e-5);
}

TEST_P(CpuLayersOf, InferWhatLibtorchDoes) {
  const auto engine = cpu_layers("direct");
  NEED_ENGINE(engine);
  const Case& c = GetParam();
  const torch::NoGradGuard no_grad;
  const int64_t block = block_of(*engine), out_side = (c.side - 1) / c.stride + 1;
  Layer layer(c);
  layer.norm->eval();
  const Tensor x = torch::randn({c.images, c.in, c.side, c.side});
  const Tensor added = c.residual ? torch::randn({c.images, c.out, out_side, out_side}) : Tensor();
  const Tensor expected = plain_layers()->convolve(x, layer.convolution, layer.norm, added, c.relu);
  const Tensor got =
      engine->convolve(c.in % block == 0 ? to_blocked(x, block) : x, layer.convolution, layer.norm,
                       c.residual ? to_blocked(added, block) : added, c.relu);
  EXPECT_LT(relative_error(to_plain(got), expected), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(All, CpuLayersOf, testing::ValuesIn(cases),
                         [](const auto& test) { return std::string(test.param.name); });

/// The engine with Winograd's algorithm wherever it was a candidate, of any speed.
std::shared_ptr<CpuLayers> with_winograd(const Case& c) {
  const auto timed = cpu_layers("");
  if (!timed) return nullptr;
  compute(*timed, c, torch::kFloat32, block_of(*timed));
  std::string choices = timed->algorithms();
  for (size_t at; (at = choices.find("\"direct\"")) != std::string::npos;) {
    choices.replace(at, 8, "\"winograd\"");
  }
  return cpu_layers(choices);
}

// The sizes of resnet18 and resnet-small for images of 32 x 32.
TEST(CpuLayers, WinogradRoundsToAThousandth) {
  const auto of = [](int64_t channels, int64_t side) {
    return Case{"", 16, channels, channels, side, 3, 1, true, true};
  };
  for (const Case& c :
       {of(64, 32), of(128, 16), of(256, 8), of(512, 4), of(32, 16), of(64, 8), of(128, 4)}) {
    const auto engine = with_winograd(c);
    NEED_ENGINE(engine);
    if (engine->algorithms().find("winograd") == std::string::npos) {
      GTEST_SKIP() << "this machine has no Winograd convolutions";
    }
    SCOPED_TRACE(c.in);
    expect_equal(compute(*engine, c, torch::kFloat32, block_of(*engine)),
                 compute(*plain_layers(), c, torch::kFloat64, 0), 1e-3);
  }
}

TEST(CpuLayers, TheSameChoicesGiveTheSameBytes) {
  const Case c{"", 16, 64, 64, 16, 3, 1, true, true};
  const auto first = cpu_layers("");
  NEED_ENGINE(first);
  const int64_t block = block_of(*first);
  const Computed once = compute(*first, c, torch::kFloat32, block);
  const auto second = cpu_layers(first->algorithms());
  const Computed again = compute(*second, c, torch::kFloat32, block);
  EXPECT_EQ(first->algorithms(), second->algorithms());
  EXPECT_TRUE(once.y.equal(again.y));
  EXPECT_TRUE(once.gradient_x.equal(again.gradient_x));
  EXPECT_TRUE(once.gradient_weight.equal(again.gradient_weight));
}

TEST(CpuLayers, DirectTimesNothing) {
  const Case c{"", 4, 64, 64, 8, 3, 1, true, true};
  const auto engine = cpu_layers("direct");
  NEED_ENGINE(engine);
  compute(*engine, c, torch::kFloat32, block_of(*engine));
  EXPECT_EQ(engine->algorithms(), "direct");
}

TEST(CpuLayers, ADamagedRecordIsAnError) {
  NEED_ENGINE(cpu_layers(""));
  for (const char* record : {"{", "[1]", "{\"a\": 1}", "{\"a\": {\"b\": 1}}", "fast"}) {
    EXPECT_THROW(cpu_layers(record), Error) << record;
  }
}

TEST(CpuLayers, RefuseOtherShapes) {
  const auto engine = cpu_layers("direct");
  NEED_ENGINE(engine);
  Layer layer(cases.front());
  for (const auto& sizes : {std::vector<int64_t>{4, 1, 32, 32}, {4, 32, 32}, {0, 3, 32, 32}}) {
    const Tensor x = torch::rand(sizes);
    EXPECT_THROW(engine->convolve(x, layer.convolution, layer.norm, {}, true), Error);
  }
}

// A block's input: what goes around comes back into the gradient of the input.
TEST(CpuLayers, BranchesAreWhatLibtorchDoes) {
  const auto engine = cpu_layers("direct");
  NEED_ENGINE(engine);
  const int64_t block = block_of(*engine);
  for (const int64_t stride : {1, 2, 3}) {
    const Case c{"", 40, 64, 32, 13, 3, 1, false, true};
    const auto branch = [&](const Layers& layers, torch::Dtype type, bool blocked) {
      Layer layer(c);
      layer.convolution->to(type);
      layer.norm->to(type);
      torch::manual_seed(3);
      const Tensor images = torch::randn({c.images, c.in, c.side, c.side}).to(type);
      const Tensor x = (blocked ? to_blocked(images, block) : images).detach();
      x.requires_grad_(true);
      const auto [through, around] = layers.branch(x, layer.convolution, layer.norm, stride);
      (through.square().sum() + around.pow(3).sum()).backward();
      return std::array{to_plain(through.detach()), to_plain(around.detach()), to_plain(x.grad())};
    };
    const auto truth = branch(*plain_layers(), torch::kFloat64, false);
    const auto got = branch(*engine, torch::kFloat32, true);
    for (size_t i = 0; i < truth.size(); ++i) {
      ASSERT_EQ(got[i].sizes(), truth[i].sizes()) << stride;
      EXPECT_LT(relative_error(got[i], truth[i]), 1e-5) << stride << " " << i;
    }
  }
}

TEST(CpuLayers, MaxPoolIsWhatLibtorchDoes) {
  const auto engine = cpu_layers("direct");
  NEED_ENGINE(engine);
  const int64_t block = block_of(*engine);
  for (const int64_t side : {1, 2, 7, 16}) {
    const Tensor images = torch::randn({5, 48, side, side});
    const auto pool = [](const Layers& layers, const Tensor& of) {
      const Tensor x = of.detach().requires_grad_(true);
      const Tensor y = layers.max_pool(x);
      y.pow(3).sum().backward();
      return std::pair(to_plain(y.detach()), to_plain(x.grad()));
    };
    const auto [expected, expected_gradient] = pool(*plain_layers(), images);
    const auto [y, gradient] = pool(*engine, to_blocked(images, block));
    EXPECT_TRUE(y.equal(expected)) << side;
    EXPECT_TRUE(gradient.allclose(expected_gradient)) << side;
  }
}

TEST(CpuLayers, WhatIsNoNumberStaysVisible) {
  const auto engine = cpu_layers("direct");
  NEED_ENGINE(engine);
  Layer layer(cases.front());
  Tensor x = torch::rand({4, 3, 32, 32});
  x[2][1][5][5] = std::numeric_limits<float>::quiet_NaN();
  const Tensor y = engine->convolve(x, layer.convolution, layer.norm, {}, /*relu=*/true);
  EXPECT_FALSE(y.isfinite().all().item<bool>());
}

/// The errors of what goes through a network, between its fast and its plain layers.
struct Difference {
  double features, gradient;
};

Difference between_makings(const std::string& backbone, const Tensor& x) {
  torch::manual_seed(5);
  Network network(make_backbone(backbone), HeadShape{64}, 2, "direct");
  std::vector<Tensor> features, gradients;
  for (const bool plain : {false, true}) {
    if (plain) network->use_plain_layers();
    network->zero_grad();
    const Embedding embedding = network(x);
    embedding.points.square().sum().backward();
    features.push_back(embedding.features.detach());
    gradients.push_back(network->learning().front().second.grad().clone());
  }
  return {relative_error(features[0], features[1]), relative_error(gradients[0], gradients[1])};
}

// A unit within rounding of zero may be on in one making and off in the other, which alone moves
// the first layer's gradient by about 2 %. A wrong gradient is wrong on every input, so the best
// of a few small ones is held to float32's rounding, and the others to a few such units.
TEST(Network, IsTheSameOnBothMakings) {
  for (const char* backbone : {"resnet-small", "resnet18", "resnet18-imagenet"}) {
    double gradient = std::numeric_limits<double>::infinity();
    for (int seed = 0; seed < 5; ++seed) {
      torch::manual_seed(seed);
      const Difference difference = between_makings(backbone, torch::rand({6, 3, 12, 12}));
      EXPECT_LT(difference.features, 1e-4) << backbone << ", input " << seed;
      EXPECT_LT(difference.gradient, 0.1) << backbone << ", input " << seed;
      gradient = std::min(gradient, difference.gradient);
    }
    EXPECT_LT(gradient, 2e-4) << backbone;
  }
}

}  // namespace
}  // namespace tsimcne
