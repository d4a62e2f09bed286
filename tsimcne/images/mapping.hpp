#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace tsimcne {

/// A stretch of memory from the operating system: pages of a file, or empty pages of its own.
class Mapping {
 public:
  Mapping() = default;
  ~Mapping();
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;

  /// `bytes` zeros. Throws an Error where memory is short.
  static Mapping of_memory(uint64_t bytes);
  /// The whole file, to be read.
  static Mapping of_file(const std::filesystem::path& path);
  /// The file, set to a length of `bytes`, to be written through the mapping.
  static Mapping of_file_to_write(const std::filesystem::path& path, uint64_t bytes);

  std::span<uint8_t> bytes() const { return {data_, size_}; }

 private:
  Mapping(uint8_t* data, size_t size) : data_(data), size_(size) {}

  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace tsimcne
