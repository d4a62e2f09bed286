#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace tsimcne {

/// A file that is read from front to back, unpacked on the way if it is gzipped.
class GzFile {
 public:
  /// Throws an Error where the file cannot be opened.
  explicit GzFile(std::filesystem::path path);

  /// Fills `out` as far as the file goes and answers how many bytes that was. Throws an Error where
  /// the file is damaged.
  size_t read_some(std::span<uint8_t> out);
  /// Fills `out`. Throws an Error where the file ends before.
  void read(std::span<uint8_t> out);
  /// Passes over `bytes`.
  void skip(int64_t bytes);

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };

  std::filesystem::path path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

/// Throws an Error unless the file at `path`, unpacked, has exactly `bytes` bytes. Reads it once,
/// no further than just behind `bytes`.
void expect_size(const std::filesystem::path& path, int64_t bytes);

}  // namespace tsimcne
