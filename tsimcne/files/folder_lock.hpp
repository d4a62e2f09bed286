#pragma once

#include <filesystem>
#include <utility>

namespace tsimcne {

/// Keeps two programs from writing into one folder. The lock belongs to the process: the system
/// takes it back when the process ends, however it ends, so none is ever left over.
class FolderLock {
 public:
  /// Throws an Error that names the process where another one has the folder.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace tsimcne
