#include "tsimcne/train/autocast.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "tsimcne/loss/loss.hpp"
#include "tsimcne/network/backbones.hpp"
#include "tsimcne/network/layers.hpp"
#include "tsimcne/network/network.hpp"

namespace tsimcne {
namespace {

TEST(Autocast, LastsAsLongAsItLives) {
  const torch::Tensor a = torch::rand({8, 8});
  {
    const Autocast autocast(torch::kCPU);
    EXPECT_EQ(torch::mm(a, a).scalar_type(), torch::kBFloat16);
  }
  EXPECT_EQ(torch::mm(a, a).scalar_type(), torch::kFloat);
}

/// libtorch asks the machine for bfloat16 and oneDNN what it was told to use, so that a machine
/// held back (ONEDNN_MAX_CPU_ISA) fails in every convolution.
bool convolves_in_bfloat16() {
  const auto options = torch::dtype(torch::kBFloat16);
  try {
    torch::conv2d(torch::ones({1, 3, 4, 4}, options), torch::ones({1, 3, 3, 3}, options));
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

/// How far the gradient of `value` in bfloat16 is from its own, as a share of that.
double rounding(Network& network, const std::function<torch::Tensor()>& value) {
  const auto gradient = [&] {
    network->zero_grad();
    value().backward();
    std::vector<torch::Tensor> parts;
    for (const auto& [name, parameter] : network->learning()) {
      EXPECT_EQ(parameter.grad().scalar_type(), torch::kFloat) << name;
      parts.push_back(parameter.grad().flatten());
    }
    return torch::cat(parts);
  };
  const torch::Tensor plain = gradient();
  const Autocast autocast(torch::kCPU);
  return ((gradient() - plain).norm() / plain.norm()).item<double>();
}

/// Eight bits of mantissa through twenty layers leave a tenth of error.
TEST(Autocast, GradientsAreFloat32AndNearItsOwn) {
  if (!convolves_in_bfloat16()) GTEST_SKIP() << "this machine was told to have no bfloat16";
  torch::manual_seed(1);
  Network network(make_backbone("resnet-small"), HeadShape{64, 1}, 2, "");
  network->use_plain_layers();
  network->eval();  // a batch's own statistics would magnify the rounding
  const torch::Tensor x = torch::rand({16, 3, 16, 16}), weight = torch::randn({16, 2});
  const double off =
      rounding(network, [&] { return (network(x).points.to(torch::kFloat) * weight).sum(); });
  EXPECT_GT(off, 0);
  EXPECT_LT(off, 0.25);
}

/// Of the stage of the head, as a CPU with bfloat16 trains it.
TEST(Autocast, GradientsOfAHeadAreNearItsOwn) {
  if (!multiplies_bfloat16()) GTEST_SKIP() << "this machine has no bfloat16, or was told so";
  EXPECT_TRUE(trains_in_bfloat16(From::features, torch::kCPU));
  EXPECT_FALSE(trains_in_bfloat16(From::views, torch::kCPU));
  torch::manual_seed(2);
  Network network(make_backbone("resnet-fast"), HeadShape{512, 3}, 2, "");
  network->train_head();
  const torch::Tensor features = 4 * torch::randn({256, network->backbone().features()});
  const double off = rounding(network, [&] {
    const torch::Tensor points = network->place(features).to(torch::kFloat);
    return contrastive_loss(points, kernel_named("cauchy")).loss;
  });
  EXPECT_GT(off, 0);
  EXPECT_LT(off, 0.1);
}

}  // namespace
}  // namespace tsimcne
