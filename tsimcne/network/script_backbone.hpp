#pragma once

#include <torch/script.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tsimcne/network/backbone.hpp"

namespace tsimcne {

/// A network from a TorchScript file, which torch.jit.script(module).save(path) writes. It learns
/// like any other: its parameters (all of floating point) and buffers are this module's own, under
/// the names they have there. The file's code runs in TorchScript's interpreter, so a file is to be
/// trusted as a program is.
class ScriptBackbone : public Backbone {
 public:
  /// Reads the file and tries it on two images of side x side pixels. Throws an Error where it is
  /// not TorchScript, has tensors that cannot be stored (types other than float32, float64 and
  /// int64), or makes anything else of them than a float32 tensor [2, f].
  ScriptBackbone(const std::filesystem::path& path, int64_t side);
  /// The same with the file's content; `path` is for errors.
  ScriptBackbone(std::string file, std::string path, int64_t side);

  /// Another one, with the weights of the file.
  std::shared_ptr<ScriptBackbone> another(int64_t side) const {
    return std::make_shared<ScriptBackbone>(file_, path_, side);
  }

  torch::Tensor forward(const torch::Tensor& x) override;
  int64_t features() const override { return features_; }
  void train(bool on = true) override;

  /// The content of the file.
  const std::string& file() const { return file_; }

 private:
  /// A buffer that the file's code may replace by another tensor.
  struct Buffer {
    torch::jit::Module owner;
    std::string name;
    torch::Tensor tensor;
  };

  void adopt_tensors(torch::nn::Module& module, const torch::jit::Module& script);
  torch::Tensor run(const torch::Tensor& x);
  void keep_buffers();
  int64_t count_features(int64_t side);

  std::string path_;  // for errors
  std::string file_;
  torch::jit::Module script_;
  std::vector<Buffer> buffers_;
  int64_t features_ = 0;
};

}  // namespace tsimcne
