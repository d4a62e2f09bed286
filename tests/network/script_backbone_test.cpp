// A network that comes as a TorchScript file.

#include "tsimcne/network/script_backbone.hpp"

#include <gtest/gtest.h>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/network/network.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

const fs::path fixture = fs::path(TEST_DATA) / "backbone.pt";

TEST(ScriptBackbone, TellsItsFeaturesAndItsTensors) {
  const ScriptBackbone backbone(fixture, 16);
  EXPECT_EQ(backbone.features(), 16);
  EXPECT_TRUE(backbone.is_training());
  EXPECT_EQ(backbone.named_parameters()["conv1.weight"].sizes(), torch::IntArrayRef({8, 3, 3, 3}));
  EXPECT_TRUE(backbone.named_parameters()["layer1.1.bias"].requires_grad());
  EXPECT_EQ(backbone.parameters().size(), 8u);
  EXPECT_EQ(backbone.buffers().size(), 7u);
  EXPECT_EQ(backbone.named_buffers()["steps"].item<int64_t>(), 0) << "the trial changed it";
  EXPECT_EQ(backbone.named_buffers()["bn1.num_batches_tracked"].item<int64_t>(), 0);
}

TEST(ScriptBackbone, LearnsInTrainingModeAlone) {
  ScriptBackbone backbone(fixture, 16);
  const Tensor x = torch::linspace(0, 1, 4 * 3 * 16 * 16).view({4, 3, 16, 16});
  backbone.eval();
  EXPECT_TRUE(torch::equal(backbone.forward(x), backbone.forward(x)));  // no dropout
  EXPECT_EQ(backbone.named_buffers()["steps"].item<int64_t>(), 0);

  backbone.train();
  const Tensor mean = backbone.named_buffers()["bn1.running_mean"].clone();
  backbone.forward(x).square().sum().backward();
  EXPECT_GT(backbone.named_parameters()["conv1.weight"].grad().abs().sum().item<float>(), 0);
  EXPECT_FALSE(backbone.named_parameters()["unused"].grad().defined());
  EXPECT_EQ(backbone.named_buffers()["steps"].item<int64_t>(), 1);  // a tensor put in its place
  EXPECT_FALSE(torch::equal(backbone.named_buffers()["bn1.running_mean"], mean));
}

/// What is copied into its tensors is what it computes with.
TEST(ScriptBackbone, IsWhatItsTensorsSay) {
  ScriptBackbone one(fixture, 16), other(fixture, 16);
  const torch::NoGradGuard no_grad;
  const Tensor x = torch::linspace(0, 1, 2 * 3 * 16 * 16).view({2, 3, 16, 16});
  one.forward(x);
  for (Tensor& parameter : one.parameters()) parameter.mul_(1.5);
  one.eval();
  other.eval();
  EXPECT_FALSE(torch::equal(one.forward(x), other.forward(x)));
  for (const auto& list : {one.named_parameters(), one.named_buffers()}) {
    for (const auto& tensor : list) {
      const auto parameters = other.named_parameters(), buffers = other.named_buffers();
      const Tensor* target = parameters.find(tensor.key());
      Tensor(target ? *target : buffers[tensor.key()]).copy_(tensor.value());
    }
  }
  EXPECT_TRUE(torch::equal(one.forward(x), other.forward(x)));
  EXPECT_EQ(other.named_buffers()["steps"].item<int64_t>(), 1);
}

TEST(ScriptBackbone, FrozenItChangesInNothing) {
  Network network(std::make_shared<ScriptBackbone>(fixture, 16), HeadShape{32}, 2);
  network->freeze_backbone();
  network->train();
  for (const auto& [name, tensor] : network->learning()) {
    EXPECT_TRUE(name.starts_with("projection_head.")) << name;
  }
  EXPECT_EQ(network->learning().size(), 4u);
  std::vector<Tensor> before;
  for (const Tensor& tensor : network->backbone().buffers()) before.push_back(tensor.clone());
  network(torch::rand({4, 3, 16, 16})).points.sum().backward();
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(torch::equal(before[i], network->backbone().buffers()[i]));
  }
}

/// The error of a file, or "" where it is taken.
std::string error_of(const fs::path& path) try {
  const ScriptBackbone backbone(path, 16);
  return "";
} catch (const Error& error) {
  return error.what();
}

std::string error_of_code(const std::string& code) {
  const TemporaryFolder folder;
  torch::jit::Module script("module");
  script.define("def forward(self, x):\n    " + code + "\n");
  script.save((folder.path() / "code.pt").string());
  return error_of(folder.path() / "code.pt");
}

TEST(ScriptBackbone, RefusesWhatMakesNoFeatures) {
  EXPECT_EQ(error_of_code("return x.mean([2, 3])"), "");
  const auto expect = [](const std::string& code, const std::string& words) {
    const std::string error = error_of_code(code);
    EXPECT_NE(error.find(words), std::string::npos) << error;
    EXPECT_NE(error.find("code.pt"), std::string::npos) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  };
  expect("return x", "Float tensor of shape [2, 3, 16, 16]");
  expect("return x.mean([2, 3]).double()", "Double tensor of shape [2, 3]");
  expect("return x.mean([0, 2, 3])", "Float tensor of shape [3]");
  expect("return x[:, 0, 0, :0]", "Float tensor of shape [2, 0]");
  expect("return x.mean([2, 3])[:1]", "Float tensor of shape [1, 3]");
  expect("return x, x", "Tuple");
  expect("return x.view([5, 7])", "[2, 3, 16, 16]: ");
}

TEST(ScriptBackbone, RefusesWhatIsNoTorchScript) {
  const TemporaryFolder folder;
  EXPECT_NE(error_of(folder.path() / "none.pt").find("none.pt cannot be read"), std::string::npos);
  for (const std::string bytes : {"", "not a network", "PK\x03\x04 broken"}) {
    const std::string error = error_of(folder.write("odd.pt", bytes));
    EXPECT_NE(error.find("odd.pt is not a TorchScript file"), std::string::npos) << error;
  }
}

TEST(ScriptBackbone, RefusesTensorsThatCannotBeStored) {
  const TemporaryFolder folder;
  torch::jit::Module script("module");
  script.register_buffer("mask", torch::ones({3}, torch::kBool));
  script.define("def forward(self, x):\n    return x.mean([2, 3])\n");
  script.save((folder.path() / "mask.pt").string());
  const std::string error = error_of(folder.path() / "mask.pt");
  EXPECT_NE(error.find("\"mask\" is of type Bool"), std::string::npos) << error;
}

}  // namespace
}  // namespace tsimcne
