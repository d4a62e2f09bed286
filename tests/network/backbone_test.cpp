// All backbones against torchvision's: sizes, costs and outputs. The fixture's field "how" says how
// weights and images are made.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tsimcne/error.hpp"
#include "tsimcne/network/backbone.hpp"

namespace tsimcne {
namespace {

using Json = nlohmann::json;
using torch::Tensor;

const Json& fixture() {
  static const Json json = Json::parse(std::ifstream(TEST_DATA "/backbone_cases.json"));
  return json;
}

/// Numbers in [0, 1) that a name stands for, in the tensor's memory.
Tensor uniform(const std::string& name, torch::IntArrayRef sizes) {
  uint32_t p = 2166136261u;
  for (const char c : name) p = (p ^ static_cast<unsigned char>(c)) * 16777619u;
  Tensor tensor = torch::empty(sizes);
  auto* const values = tensor.data_ptr<float>();
  const auto count = static_cast<uint32_t>(tensor.numel());
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t h = 2654435769u * i + p;
    h = (h ^ (h >> 16)) * 2246822507u;
    h = (h ^ (h >> 13)) * 3266489909u;
    h ^= h >> 16;
    values[i] = static_cast<float>(h >> 8) / 16777216.0f;
  }
  return tensor;
}

void fill(const Tensor& tensor, const std::string& name, double gain) {
  if (name.ends_with("num_batches_tracked")) return;
  const torch::NoGradGuard no_grad;
  const Tensor v = uniform(name, tensor.sizes()).mul_(2).sub_(1);
  if (tensor.dim() > 1) {
    tensor.copy_(v * std::sqrt(6.0 / static_cast<double>(tensor[0].numel())));
  } else if (name.ends_with("weight")) {
    tensor.copy_((v / 8 + 1) * gain);
  } else {
    tensor.copy_(v / 8 + (name.ends_with("running_var") ? 1 : 0));
  }
}

std::shared_ptr<Backbone> filled_backbone(std::string_view name, double gain) {
  const std::shared_ptr<Backbone> backbone = make_backbone(name);
  for (const auto& parameter : backbone->named_parameters()) {
    fill(parameter.value(), backbone->torchvision_name(parameter.key()), gain);
  }
  for (const auto& buffer : backbone->named_buffers()) {
    fill(buffer.value(), backbone->torchvision_name(buffer.key()), gain);
  }
  return backbone;
}

void expect_features(const Tensor& features, const Json& expected, double tolerance) {
  const auto first = expected["first"].get<std::vector<std::vector<double>>>();
  for (size_t i = 0; i < first.size(); ++i) {
    for (size_t j = 0; j < first[i].size(); ++j) {
      const Tensor value = features[static_cast<int64_t>(i)][static_cast<int64_t>(j)];
      EXPECT_NEAR(value.item<double>(), first[i][j], tolerance) << "image " << i << ", " << j;
    }
  }
  const double norm = expected["norm"];
  EXPECT_NEAR(features.norm().item<double>(), norm, tolerance * norm);
}

double norm_of_last_mean(const Backbone& backbone) {
  double norm = 0;
  for (const auto& buffer : backbone.named_buffers()) {
    if (buffer.key().ends_with("running_mean")) norm = buffer.value().norm().item<double>();
  }
  return norm;
}

class EachBackbone : public testing::TestWithParam<BackboneEntry> {};

TEST_P(EachBackbone, CostsAndComputesWhatTorchvisionsDoes) {
  const Json& expected = fixture().at(std::string(GetParam().name));
  const auto backbone = filled_backbone(GetParam().name, expected["gain"]);
  const BackboneCost cost = cost_of(*backbone, 32);
  EXPECT_EQ(cost.features, expected["features"].get<int64_t>());
  EXPECT_EQ(cost.parameters, expected["parameters"].get<int64_t>());
  EXPECT_EQ(cost.multiply_adds, expected["multiply_adds"].get<int64_t>());

  const torch::NoGradGuard no_grad;
  const Tensor images = uniform("images", {8, 3, 32, 32});
  backbone->eval();
  const Tensor features = backbone->forward(images.narrow(0, 0, 2));
  EXPECT_EQ(features.sizes(), (std::vector<int64_t>{2, backbone->features()}));
  expect_features(features, expected["evaluation"], 1e-4);

  backbone->train();
  const Json& training = expected["training"];
  // A hundred norms over the eight values that -imagenet leaves of a channel enlarge rounding.
  expect_features(backbone->forward(images).narrow(0, 0, 2), training, 5e-3);
  EXPECT_NEAR(norm_of_last_mean(*backbone), training["running_mean_norm"].get<double>(), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(All, EachBackbone, testing::ValuesIn(networks()), [](const auto& test) {
  std::string name(test.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
});

class SmallBackbone : public testing::TestWithParam<const char*> {};

TEST_P(SmallBackbone, LearnsInEveryParameter) {
  torch::manual_seed(3);
  const auto backbone = make_backbone(GetParam());
  backbone->forward(torch::rand({8, 3, 40, 24})).square().sum().backward();
  for (const auto& parameter : backbone->named_parameters()) {
    const Tensor& gradient = parameter.value().grad();
    ASSERT_TRUE(gradient.defined()) << parameter.key();
    EXPECT_GT(gradient.norm().item<double>(), 0) << parameter.key();
  }
}

TEST_P(SmallBackbone, TakesImagesOfEightPixels) {
  const torch::NoGradGuard no_grad;
  const auto backbone = make_backbone(GetParam());
  backbone->eval();
  const Tensor features = backbone->forward(torch::rand({1, 3, 8, 8}));
  EXPECT_EQ(features.size(1), backbone->features());
  EXPECT_TRUE(features.isfinite().all().item<bool>());
}

INSTANTIATE_TEST_SUITE_P(Some, SmallBackbone,
                         testing::Values("resnet-small", "resnet50", "resnet18-imagenet",
                                         "mobilenetv3-small", "mobilenetv3-large",
                                         "efficientnetv2-s"),
                         [](const auto& test) {
                           std::string name(test.param);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(Backbones, KeepTheirNamesInFiles) {
  std::set<std::string> names;
  for (const auto& parameter : make_backbone("resnet18")->named_parameters()) {
    names.insert(parameter.key());
  }
  EXPECT_TRUE(names.contains("conv1.weight"));
  EXPECT_TRUE(names.contains("layer2.0.shortcut.0.weight"));
  EXPECT_TRUE(names.contains("layer4.1.bn2.bias"));
}

TEST(Backbones, AnUnknownNameIsAnErrorThatListsAll) {
  try {
    make_backbone("resnet19");
    FAIL();
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("resnet19"), std::string::npos);
    for (const BackboneEntry& backbone : networks()) {
      EXPECT_NE(text.find(backbone.name), std::string::npos) << backbone.name;
    }
  }
}

}  // namespace
}  // namespace tsimcne
