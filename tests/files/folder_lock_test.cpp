#include "tsimcne/files/folder_lock.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"

namespace {

int lock_error = 0;  // what the disk answers to whoever asks for a lock; 0: it has locks

}  // namespace

// In the system's place, as a network disk without a lock service has it.
extern "C" int flock(int descriptor, int operation) noexcept {
  if (lock_error == 0) return static_cast<int>(::syscall(SYS_flock, descriptor, operation));
  errno = lock_error;
  return -1;
}

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

std::string refusal_of(const fs::path& folder) {
  try {
    const FolderLock lock(folder);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(FolderLock, KeepsASecondOneOffAndEndsWithTheFirst) {
  const TemporaryFolder folder;
  {
    const FolderLock lock(folder.path());
    EXPECT_EQ(lock.doubt(), "");
    EXPECT_EQ(refusal_of(folder.path()),
              fmt::format("{} is in use by another tsimcne (process {}); wait for it or choose "
                          "another folder",
                          folder.path().string(), ::getpid()));
  }
  EXPECT_EQ(refusal_of(folder.path()), "");
}

TEST(FolderLock, OfADeadProcessIsNone) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto* lock = new FolderLock(folder.path());  // still held when the process is gone
    ::_exit(lock == nullptr);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(fs::exists(folder.path() / ".lock"));
  EXPECT_EQ(refusal_of(folder.path()), "");
}

/// As where the one who holds it is on another machine.
TEST(FolderLock, DoesNotNameAProcessThatIsGone) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  const fs::path file = folder.write(".lock", std::to_string(child));
  const int holder = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(holder, LOCK_EX), 0);
  EXPECT_EQ(refusal_of(folder.path()),
            folder.path().string() +
                " is in use by another tsimcne; wait for it or choose another folder");
  ::close(holder);
}

TEST(FolderLock, OfADiskWithoutLocksIsAWord) {
  const TemporaryFolder folder;
  folder.write(".lock", "1");  // of a process that lives and has nothing to do with it
  for (const int error : {ENOLCK, ENOSYS, EOPNOTSUPP, EIO, EINVAL}) {
    lock_error = error;
    const FolderLock lock(folder.path());
    lock_error = 0;
    EXPECT_NE(lock.doubt().find("has no locks"), std::string::npos) << lock.doubt();
    EXPECT_NE(lock.doubt().find(folder.path().string()), std::string::npos) << lock.doubt();
  }
}

}  // namespace
}  // namespace tsimcne
