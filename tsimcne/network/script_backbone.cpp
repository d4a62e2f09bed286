#include "tsimcne/network/script_backbone.hpp"

#include <fmt/ranges.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <sstream>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

constexpr int64_t most_features = 65536;

/// The last line of libtorch's message, which says the cause.
std::string cause_of(const std::exception& error) {
  const auto* own = dynamic_cast<const c10::Error*>(&error);
  std::istringstream lines(own ? own->what_without_backtrace() : error.what());
  std::string cause, line;
  while (std::getline(lines, line)) {
    if (line.find_first_not_of(" \t") != std::string::npos) cause = line;
  }
  return cause;
}

/// "a float32 tensor of shape [2, 64]", or the kind of another value.
std::string describe(const torch::jit::IValue& value) {
  if (!value.isTensor()) return fmt::format("a value of type {}", value.tagKind());
  const torch::Tensor& tensor = value.toTensor();
  return fmt::format("a {} tensor of shape [{}]", torch::toString(tensor.scalar_type()),
                     fmt::join(tensor.sizes(), ", "));
}

bool is_features(const torch::jit::IValue& value, int64_t images) {
  if (!value.isTensor()) return false;
  const torch::Tensor& tensor = value.toTensor();
  return tensor.scalar_type() == torch::kFloat32 && tensor.dim() == 2 && tensor.size(0) == images &&
         tensor.size(1) >= 1 && tensor.size(1) <= most_features;
}

void require_storable(const torch::Tensor& tensor, const std::string& name,
                      const std::string& path) {
  const torch::ScalarType type = tensor.scalar_type();
  if (type == torch::kFloat32 || type == torch::kFloat64 || type == torch::kInt64) return;
  fail("{}: its tensor \"{}\" is of type {}; float32, float64 and int64 can be stored", path, name,
       torch::toString(type));
}

}  // namespace

ScriptBackbone::ScriptBackbone(const std::filesystem::path& path, int64_t side)
    : ScriptBackbone(read_whole_file(path), path.string(), side) {}

ScriptBackbone::ScriptBackbone(std::string file, std::string path, int64_t side)
    : path_(std::move(path)), file_(std::move(file)) {
  std::istringstream in(file_);
  try {
    script_ = torch::jit::load(in, torch::kCPU);
  } catch (const std::exception& error) {
    fail("{} is not a TorchScript file, as torch.jit.script(module).save(path) writes them: {}",
         path_, cause_of(error));
  }
  adopt_tensors(*this, script_);
  features_ = count_features(side);
}

void ScriptBackbone::adopt_tensors(torch::nn::Module& module, const torch::jit::Module& script) {
  for (const auto& [name, tensor] : script.named_parameters(/*recurse=*/false)) {
    require_storable(tensor, name, path_);
    if (tensor.is_floating_point()) {
      module.register_parameter(name, tensor, /*requires_grad=*/true);
    } else {
      module.register_buffer(name, tensor);
    }
  }
  for (const auto& [name, tensor] : script.named_buffers(/*recurse=*/false)) {
    if (!tensor.defined()) continue;
    require_storable(tensor, name, path_);
    buffers_.push_back({script, name, module.register_buffer(name, tensor)});
  }
  for (const auto& [name, child] : script.named_children()) {
    adopt_tensors(*module.register_module(name, std::make_shared<torch::nn::Module>()), child);
  }
}

torch::Tensor ScriptBackbone::forward(const torch::Tensor& x) {
  const torch::Tensor features = run(x);
  keep_buffers();
  return features;
}

/// Code runs as it is written: what TorchScript's optimizer makes of it changes after the first
/// runs, and a training that was stopped could not go on with the same numbers.
torch::Tensor ScriptBackbone::run(const torch::Tensor& x) {
  const torch::jit::GraphOptimizerEnabledGuard as_written(false);
  torch::jit::IValue result;
  try {
    result = script_.forward({x});
  } catch (const std::exception& error) {
    fail("{} cannot take a batch of shape [{}]: {}", path_, fmt::join(x.sizes(), ", "),
         cause_of(error));
  }
  if (!is_features(result, x.size(0)) ||
      (features_ > 0 && result.toTensor().size(1) != features_)) {
    fail("{} makes {} of a batch of shape [{}]; a backbone makes a float tensor of shape [{}, {}]",
         path_, describe(result), fmt::join(x.sizes(), ", "), x.size(0),
         features_ > 0 ? std::to_string(features_) : "f");
  }
  return result.toTensor();
}

void ScriptBackbone::train(bool on) {
  Backbone::train(on);
  script_.train(on);
}

/// Where the code has put a new tensor in a buffer's place, ours takes its content, so that the
/// state of this module is all there is to be stored.
void ScriptBackbone::keep_buffers() {
  for (Buffer& buffer : buffers_) {
    const torch::Tensor now = buffer.owner.attr(buffer.name).toTensor();
    if (now.is_same(buffer.tensor)) continue;
    buffer.tensor.set_data(now.detach());
    buffer.owner.setattr(buffer.name, buffer.tensor);
  }
}

int64_t ScriptBackbone::count_features(int64_t side) {
  const torch::NoGradGuard no_grad;
  eval();  // so that no statistics change
  const torch::Tensor features = run(torch::zeros({2, 3, side, side}));
  train();
  return features.size(1);
}

}  // namespace tsimcne
