#include "tsimcne/files/write_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "tsimcne/error.hpp"

namespace tsimcne {

WriteLock::WriteLock(const std::filesystem::path& file) {
  constexpr std::chrono::milliseconds pause(20), longest(10'000);
  // Beside the file, which gets another inode whenever it is written.
  const std::filesystem::path lock =
      file.parent_path() / fmt::format(".{}.lock", file.filename().string());
  descriptor_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor_ < 0) return;  // who cannot write here is told so by the file itself
  for (auto waited = pause; ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0; waited += pause) {
    if (errno != EWOULDBLOCK && errno != EINTR) return;
    if (waited > longest) {
      ::close(descriptor_);
      fail("{} is being written by another program; try again", file.string());
    }
    std::this_thread::sleep_for(pause);
  }
}

WriteLock::~WriteLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tsimcne
