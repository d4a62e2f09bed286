#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tsimcne/files/safetensors.hpp"

namespace tsimcne {

/// Writes the residual backbone of a model.safetensors as a file of pretrained weights, named as
/// torchvision names them, with a classifier.
inline void write_torchvision_weights(const std::filesystem::path& model,
                                      const std::filesystem::path& weights) {
  const StoredTensors stored = StoredTensors::read(model);
  std::vector<StoredTensor> tensors;
  for (StoredTensor tensor : stored.tensors()) {
    if (!tensor.name.starts_with("backbone.")) continue;
    tensor.name.erase(0, std::string("backbone.").size());
    if (const size_t at = tensor.name.find("shortcut."); at != std::string::npos) {
      tensor.name.replace(at, 9, "downsample.");
    }
    tensors.push_back(tensor);
  }
  tensors.push_back(tensors.front());
  tensors.back().name = "fc.weight";
  write_safetensors(weights, tensors, {});
}

/// The bytes of a safetensors file's tensors, by name.
inline std::map<std::string, std::string> tensors_of(const std::filesystem::path& path) {
  const StoredTensors stored = StoredTensors::read(path);
  std::map<std::string, std::string> bytes;
  for (const StoredTensor& tensor : stored.tensors()) {
    bytes[tensor.name].assign(reinterpret_cast<const char*>(tensor.bytes.data()),
                              tensor.bytes.size());
  }
  return bytes;
}

/// Those whose names begin with `prefix`.
inline std::map<std::string, std::string> tensors_of(const std::filesystem::path& path,
                                                     const std::string& prefix) {
  std::map<std::string, std::string> bytes = tensors_of(path);
  std::erase_if(bytes, [&](const auto& tensor) { return !tensor.first.starts_with(prefix); });
  return bytes;
}

}  // namespace tsimcne
