#include "tsimcne/files/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "tsimcne/error.hpp"

namespace tsimcne {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / ".lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("{} cannot be created: {}", file.string(), std::strerror(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> owner{};
    const ssize_t length = ::read(descriptor_, owner.data(), owner.size() - 1);
    ::close(descriptor_);
    fail("{} is in use by another tsimcne (process {}); wait for it or choose another folder",
         folder.string(), length > 0 ? owner.data() : "unknown");
  }
  const std::string pid = std::to_string(::getpid());
  // The number only serves the message above, so a failure to write it is no failure to lock.
  if (::ftruncate(descriptor_, 0) == 0) (void)!::write(descriptor_, pid.data(), pid.size());
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tsimcne
