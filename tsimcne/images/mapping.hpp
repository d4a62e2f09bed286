#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace tsimcne {

/// A stretch of memory from the operating system: pages of a file, or empty pages of its own.
///
/// A file can lose its pages while they are mapped: it is cut short, its disk is pulled out, full
/// or damaged. The system then sends SIGBUS to whoever touches them, which would end the program.
/// From the first file on, that signal is caught where it is of a mapping: zeros take the pages'
/// place, and expect_whole() says so.
class Mapping {
 public:
  Mapping();
  ~Mapping();
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;

  /// `bytes` zeros. Throws an Error where memory is short.
  static Mapping of_memory(uint64_t bytes);
  /// The whole file, to be read; read into memory where its disk cannot map files. Throws an Error
  /// where it is no file or cannot be read.
  static Mapping of_file(const std::filesystem::path& path);
  /// The file, set to a length of `bytes`, to be written through the mapping; nothing where its
  /// disk cannot have that. Throws an Error where it cannot be made so long.
  static std::optional<Mapping> of_file_to_write(const std::filesystem::path& path, uint64_t bytes);

  std::span<uint8_t> bytes() const { return {data_, size_}; }
  /// Throws an Error where bytes that were read from the file, or written to it, are not its own:
  /// to be called behind every use of bytes().
  void expect_whole() const;

 private:
  struct File;

  Mapping(std::unique_ptr<File> file, uint8_t* data, size_t size);

  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  std::unique_ptr<File> file_;  // none: of memory
};

}  // namespace tsimcne
