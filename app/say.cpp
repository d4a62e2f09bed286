#include "app/say.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

int lost = 0;  // errno of the first text for standard output that could not be written

/// Such as a terminal, and not a file.
bool is_device() {
  struct stat status {};
  return ::fstat(STDOUT_FILENO, &status) == 0 && S_ISCHR(status.st_mode);
}

}  // namespace

void print(std::FILE* stream, std::string_view text) {
  errno = 0;
  const size_t written = std::fwrite(text.data(), 1, text.size(), stream);
  if (written < text.size() && stream == stdout && lost == 0) lost = errno;
}

void open_what_is_closed() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    (void)!::open("/dev/null", O_RDWR);  // takes the lowest number that is free
  }
}

void finish_saying() {
  if (std::fflush(stdout) != 0 && lost == 0) lost = errno;
  if (lost == 0 || (lost == EIO && is_device())) return;
  fail("standard output cannot be written: {}", std::strerror(lost));
}

}  // namespace tsimcne
