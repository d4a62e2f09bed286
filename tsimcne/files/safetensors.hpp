#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace tsimcne {

/// A named array of numbers in a safetensors file (huggingface.co/docs/safetensors: 8 bytes of
/// header length, a JSON header, then the arrays, little endian and row after row).
struct StoredTensor {
  std::string name;
  std::string type;            // "F32", "F64", "I64", "U8", ...
  std::vector<int64_t> shape;  // empty: one number
  std::span<const std::byte> bytes;
};

/// Names and texts that a file carries beside its arrays.
using Metadata = std::map<std::string, std::string>;

/// A safetensors file in memory; the tensors' bytes live as long as it does.
class StoredTensors {
 public:
  /// Throws an Error where the file is not whole and sound: its header is longer than the file, is
  /// not the JSON expected, repeats a name, or has offsets that overlap, leave gaps, lie outside
  /// the file or do not fit type and shape.
  static StoredTensors read(const std::filesystem::path& path);

  const std::vector<StoredTensor>& tensors() const { return tensors_; }
  const Metadata& metadata() const { return metadata_; }

 private:
  std::string bytes_;
  std::vector<StoredTensor> tensors_;
  Metadata metadata_;
};

/// Writes the tensors, in the order given, as one whole file. Names must differ.
void write_safetensors(const std::filesystem::path& path, std::span<const StoredTensor> tensors,
                       const Metadata& metadata);

}  // namespace tsimcne
