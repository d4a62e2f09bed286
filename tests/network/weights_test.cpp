// Pretrained weights of a backbone, from files with torchvision's names.

#include "tsimcne/network/weights.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/network/network.hpp"
#include "tsimcne/network/tensor_file.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// The backbone's tensors as torchvision names those of a residual network.
NamedTensors torchvision_tensors(const Backbone& backbone) {
  NamedTensors tensors;
  for (const auto& list : {backbone.named_parameters(), backbone.named_buffers()}) {
    for (const auto& tensor : list) {
      std::string name = tensor.key();
      if (const size_t at = name.find("shortcut."); at != std::string::npos) {
        name.replace(at, 9, "downsample.");
      }
      tensors.emplace_back(name, tensor.value());
    }
  }
  return tensors;
}

class Weights : public testing::Test {
 protected:
  Weights() {
    torch::manual_seed(1);
    trained_ = make_backbone("resnet-small");
    const torch::NoGradGuard no_grad;
    for (torch::Tensor& buffer : trained_->buffers()) buffer.add_(3);
    torch::manual_seed(2);
    fresh_ = make_backbone("resnet-small");
  }

  fs::path file(const NamedTensors& tensors, const Metadata& metadata = {}) const {
    write_tensors(folder_.path() / "weights.safetensors", tensors, metadata);
    return folder_.path() / "weights.safetensors";
  }

  /// Expects an error with all these words, and a backbone that is as it was.
  void expect_refused(const fs::path& path, const std::vector<std::string>& words) {
    const std::shared_ptr<torch::nn::Module> before = [&] {
      torch::manual_seed(2);
      return make_backbone("resnet-small");
    }();
    try {
      load_weights(path, *fresh_);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      for (const std::string& word : words) {
        EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
      }
    }
    for (size_t i = 0; i < before->parameters().size(); ++i) {
      EXPECT_TRUE(torch::equal(before->parameters()[i], fresh_->parameters()[i]));
    }
  }

  TemporaryFolder folder_;
  std::shared_ptr<Backbone> trained_, fresh_;
};

TEST_F(Weights, AreReadByTorchvisionsNames) {
  NamedTensors tensors = torchvision_tensors(*trained_);
  tensors.emplace_back("fc.weight", torch::zeros({1000, 128}));
  tensors.emplace_back("classifier.0.bias", torch::zeros({10}));
  load_weights(file(tensors), *fresh_);
  for (const auto& tensor : trained_->named_parameters()) {
    EXPECT_TRUE(torch::equal(tensor.value(), fresh_->named_parameters()[tensor.key()]))
        << tensor.key();
  }
  for (const auto& tensor : trained_->named_buffers()) {
    const bool is_count = tensor.key().find("num_batches_tracked") != std::string::npos;
    EXPECT_EQ(torch::equal(tensor.value(), fresh_->named_buffers()[tensor.key()]), !is_count)
        << tensor.key();
  }
}

TEST_F(Weights, AreReadByOurOwnNamesWithoutCounts) {
  NamedTensors tensors;
  for (const auto& list : {trained_->named_parameters(), trained_->named_buffers()}) {
    for (const auto& tensor : list) {
      if (tensor.key().find("num_batches_tracked") == std::string::npos) {
        tensors.emplace_back(tensor.key(), tensor.value());
      }
    }
  }
  load_weights(file(tensors), *fresh_);
  EXPECT_TRUE(torch::equal(trained_->parameters().front(), fresh_->parameters().front()));
}

TEST_F(Weights, ThatDoNotFitAreNamed) {
  NamedTensors tensors = torchvision_tensors(*trained_);
  ASSERT_EQ(tensors[0].first, "conv1.weight");
  tensors[0].second = torch::zeros({32, 3, 7, 7});
  tensors[1].first = "bn7.weight";
  expect_refused(file(tensors),
                 {"weights.safetensors", "conv1.weight has the shape [32, 3, 7, 7]",
                  "[32, 3, 3, 3]", "bn1.weight is missing", "bn7.weight is not in", "--backbone"});
}

TEST_F(Weights, ManyThatDoNotFitAreCounted) {
  NamedTensors tensors;
  for (int i = 0; i < 12; ++i) tensors.emplace_back(fmt::format("x{}", i), torch::zeros({1}));
  for (const auto& [name, tensor] : torchvision_tensors(*trained_)) {
    if (name != "conv1.weight") tensors.emplace_back(name, tensor);
  }
  expect_refused(file(tensors), {"conv1.weight is missing", "x0 is not in", "and 3 more"});
}

TEST_F(Weights, ARunsModelIsNotTakenForThem) {
  expect_refused(file(torchvision_tensors(*trained_), {{"recipe", "{}"}}), {"--start-from"});
}

}  // namespace
}  // namespace tsimcne
