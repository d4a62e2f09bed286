#pragma once

#include <filesystem>
#include <string>
#include <utility>

namespace tsimcne {

/// Keeps two programs from writing into one folder. The lock belongs to the process: the system
/// takes it back when the process ends, however it ends, so none is ever left over.
class FolderLock {
 public:
  /// Throws an Error that names the process where another one has the folder.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept
      : doubt_(std::move(other.doubt_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;

  /// A sentence to warn with where the folder's disk has no locks, as some network disks have none:
  /// then there is none here. Else empty.
  const std::string& doubt() const { return doubt_; }

 private:
  std::string doubt_;
  int descriptor_ = -1;
};

}  // namespace tsimcne
