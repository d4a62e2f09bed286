#pragma once

#include <filesystem>
#include <string>

#include "tsimcne/files/safetensors.hpp"
#include "tsimcne/network/network.hpp"

namespace tsimcne {

/// Writes tensors (float32, float64 or int64, on any device) as a safetensors file.
void write_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                   const Metadata& metadata);

/// A safetensors file's tensors as copies on the CPU, by name.
struct TensorFile {
  std::map<std::string, torch::Tensor> tensors;
  Metadata metadata;

  static TensorFile read(const std::filesystem::path& path);

  /// Copies the stored tensor `prefix + name` into each of `targets`. Throws an Error that names
  /// the first one that is missing or has another shape or type.
  void copy_into(const NamedTensors& targets, const std::string& prefix) const;

 private:
  std::string path_;
};

}  // namespace tsimcne
