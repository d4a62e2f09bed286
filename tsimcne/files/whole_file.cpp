#include "tsimcne/files/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

#include "tsimcne/error.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

WholeFile::WholeFile(fs::path path) : path_(std::move(path)) {
  temporary_ = path_;
  temporary_ += fmt::format(".tmp-{}", ::getpid());
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail_with_errno("cannot be created");
}

WholeFile::~WholeFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void WholeFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail_with_errno("cannot be written");
    }
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

void WholeFile::write(std::string_view text) {
  write(std::as_bytes(std::span(text)));
}

void WholeFile::write_at(int64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), offset);
    if (written < 0) {
      if (errno == EINTR) continue;
      fail_with_errno("cannot be written");
    }
    bytes = bytes.subspan(static_cast<size_t>(written));
    offset += written;
  }
}

void WholeFile::resize(int64_t bytes) {
  if (::ftruncate(descriptor_, bytes) != 0) fail_with_errno("cannot be written");
}

void WholeFile::reserve(int64_t bytes) {
  const int error = ::posix_fallocate(descriptor_, 0, bytes);
  // A file system that cannot reserve says so with EOPNOTSUPP or EINVAL: then writing will tell.
  if (error == ENOSPC || error == EFBIG) {
    errno = error;
    fail_with_errno(fmt::format("needs {} MB and cannot be written", (bytes >> 20) + 1));
  }
}

void WholeFile::commit() {
  if (::fsync(descriptor_) != 0) fail_with_errno("cannot be written");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail_with_errno("cannot be written");
  ::close(std::exchange(descriptor_, -1));
}

void WholeFile::fail_with_errno(std::string_view what) const {
  const int error = errno;
  fail("{} {}: {}{}", path_.string(), what, std::strerror(error),
       error == ENOSPC ? "; free some space and run again" : "");
}

void write_whole_file(const fs::path& path, std::string_view text) {
  WholeFile file(path);
  file.write(text);
  file.commit();
}

std::string read_whole_file(const fs::path& path, int64_t most) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) fail("{} cannot be read: {}", path.string(), error.message());
  if (size > static_cast<uint64_t>(most)) {
    fail("{} has {} bytes where at most {} were expected", path.string(), size, most);
  }
  std::string text(size, '\0');
  std::ifstream in(path, std::ios::binary);
  if (!in.read(text.data(), static_cast<std::streamsize>(size))) {
    fail("{} cannot be read", path.string());
  }
  return text;
}

}  // namespace tsimcne
