#pragma once

#include <filesystem>

namespace tsimcne {

/// Keeps other programs from writing a file between reading it and writing it anew. The lock
/// belongs to the process, so none is ever left over. Where the disk has no locks, it holds nobody.
class WriteLock {
 public:
  /// Waits while another one has it. Throws an Error after ten seconds.
  explicit WriteLock(const std::filesystem::path& file);
  ~WriteLock();
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace tsimcne
