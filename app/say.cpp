#include "app/say.hpp"

#include <cerrno>
#include <cstring>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

int lost = 0;  // errno of the first text for standard output that could not be written

}  // namespace

void print(std::FILE* stream, std::string_view text) {
  errno = 0;
  const size_t written = std::fwrite(text.data(), 1, text.size(), stream);
  if (written < text.size() && stream == stdout && lost == 0) lost = errno;
}

void finish_saying() {
  if (std::fflush(stdout) != 0 && lost == 0) lost = errno;
  if (lost == 0 || lost == EBADF || lost == EIO) return;
  fail("standard output cannot be written: {}", std::strerror(lost));
}

}  // namespace tsimcne
