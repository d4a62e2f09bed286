#include "tsimcne/files/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <string>

#include "tsimcne/error.hpp"

namespace tsimcne {

namespace {

/// errno where there is no lock now; 0 where there is.
int lock(int descriptor) {
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

/// " (process 12)" where the file's number is that of a process of this machine.
std::string owner_in(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t length = ::pread(descriptor, text.data(), text.size() - 1, 0);
  pid_t owner = 0;
  if (length > 0) std::from_chars(text.data(), text.data() + length, owner);
  const bool lives = owner > 0 && (::kill(owner, 0) == 0 || errno == EPERM);
  return lives ? fmt::format(" (process {})", owner) : "";
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / ".lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("{} cannot be created: {}", file.string(), std::strerror(errno));
  const int error = lock(descriptor_);
  if (error == EWOULDBLOCK) {
    const std::string owner = owner_in(descriptor_);
    ::close(descriptor_);
    fail("{} is in use by another tsimcne{}; wait for it or choose another folder", folder.string(),
         owner);
  }
  if (error != 0) {
    doubt_ = fmt::format(
        "the disk of {} has no locks ({}): take care that no other tsimcne writes there meanwhile",
        folder.string(), std::strerror(error));
  }
  const std::string pid = std::to_string(::getpid());
  // The number only serves the message above, so a failure to write it is no failure to lock.
  if (::ftruncate(descriptor_, 0) == 0) (void)!::pwrite(descriptor_, pid.data(), pid.size(), 0);
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tsimcne
