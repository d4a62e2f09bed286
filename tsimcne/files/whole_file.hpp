#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace tsimcne {

/// A file that is there whole or not at all: it is written under a temporary name beside its own
/// and takes its own name on commit(). A writer that is destroyed before leaves nothing behind.
/// Every failure is an Error that names the file and the cause (a full disk among them).
class WholeFile {
 public:
  explicit WholeFile(std::filesystem::path path);
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  /// Writes from that byte on, without regard to what write() has written.
  void write_at(int64_t offset, std::span<const std::byte> bytes);
  /// Cuts the file to so many bytes, or fills it up to them with zeros.
  void resize(int64_t bytes);
  /// Takes the space for `bytes` bytes now, so that a full disk is known before the work is done.
  void reserve(int64_t bytes);
  /// Puts the bytes on the disk and gives the file its name, over an older file if there is one.
  void commit();

  /// Where the bytes are until commit(), for libraries that write to a path themselves.
  const std::filesystem::path& temporary_path() const { return temporary_; }

 private:
  [[noreturn]] void fail_with_errno(std::string_view what) const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

/// Writes `text` as the whole content of the file at `path`.
void write_whole_file(const std::filesystem::path& path, std::string_view text);

/// The whole content of a file. Throws an Error if it cannot be read or holds more than `most`
/// bytes.
std::string read_whole_file(const std::filesystem::path& path, int64_t most = int64_t{1} << 32);

}  // namespace tsimcne
