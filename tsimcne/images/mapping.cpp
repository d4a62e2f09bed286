#include "tsimcne/images/mapping.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/lost_pages.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

/// An open file, closed at the end, and the watch over its pages while they are mapped.
struct Mapping::File {
  File(fs::path the_path, int flags)
      : path(std::move(the_path)), descriptor(::open(path.c_str(), flags | O_CLOEXEC)) {
    if (descriptor < 0) fail("{} cannot be opened: {}", path.string(), std::strerror(errno));
  }
  ~File() { ::close(descriptor); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const fs::path path;
  const int descriptor;
  std::optional<LostPages> lost;
};

namespace {

/// Null where the disk cannot map files in this way.
uint8_t* map_file(int descriptor, uint64_t bytes, int protection, int kind) {
  void* const data = ::mmap(nullptr, bytes, protection, kind, descriptor, 0);
  return data == MAP_FAILED ? nullptr : static_cast<uint8_t*>(data);
}

void read_all(int descriptor, const fs::path& path, std::span<uint8_t> out) {
  for (size_t at = 0; at < out.size();) {
    const ssize_t length =
        ::pread(descriptor, out.data() + at, out.size() - at, static_cast<off_t>(at));
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) fail("{} cannot be read: {}", path.string(), std::strerror(errno));
    if (length == 0) fail("{} was cut short while it was read", path.string());
    at += static_cast<size_t>(length);
  }
}

}  // namespace

Mapping::Mapping() = default;

Mapping::Mapping(std::unique_ptr<File> file, uint8_t* data, size_t size)
    : data_(data), size_(size), file_(std::move(file)) {}

Mapping::~Mapping() {
  file_.reset();  // its pages are no longer watched before others can take their place
  if (data_ != nullptr) ::munmap(data_, size_);
}

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      file_(std::move(other.file_)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(file_, other.file_);
  return *this;
}

Mapping Mapping::of_memory(uint64_t bytes) {
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) {
    fail("the images need {} MB of memory, which cannot be had: take fewer or smaller ones",
         (bytes >> 20) + 1);
  }
  return {nullptr, static_cast<uint8_t*>(data), bytes};
}

Mapping Mapping::of_file(const fs::path& path) {
  auto file = std::make_unique<File>(path, O_RDONLY | O_NONBLOCK);
  struct stat status {};
  if (::fstat(file->descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    fail("{} is not a file", path.string());
  }
  const auto bytes = static_cast<uint64_t>(status.st_size);
  if (bytes == 0) return {};
  // A private mapping, since some disks (of virtual machines, of FUSE) have no other.
  uint8_t* const data = map_file(file->descriptor, bytes, PROT_READ, MAP_PRIVATE);
  if (data == nullptr) {
    Mapping copy = of_memory(bytes);
    read_all(file->descriptor, path, copy.bytes());
    return copy;
  }
  file->lost.emplace(data, bytes, PROT_READ);
  return {std::move(file), data, bytes};
}

std::optional<Mapping> Mapping::of_file_to_write(const fs::path& path, uint64_t bytes) {
  auto file = std::make_unique<File>(path, O_RDWR);
  if (::ftruncate(file->descriptor, static_cast<off_t>(bytes)) != 0) {
    fail("{} cannot be made {} MB long: {}", path.string(), (bytes >> 20) + 1,
         std::strerror(errno));
  }
  uint8_t* const data = map_file(file->descriptor, bytes, PROT_READ | PROT_WRITE, MAP_SHARED);
  if (data == nullptr) return std::nullopt;
  file->lost.emplace(data, bytes, PROT_READ | PROT_WRITE);
  return Mapping(std::move(file), data, bytes);
}

void Mapping::expect_whole() const {
  if (!file_) return;
  struct stat status {};
  if (::fstat(file_->descriptor, &status) == 0 && static_cast<uint64_t>(status.st_size) < size_) {
    fail("{} is cut short: it has {} bytes of {}; put the whole file back or make the run anew",
         file_->path.string(), status.st_size, size_);
  }
  if (!file_->lost->any()) return;
  fail("{} cannot be read or written any more: its disk is gone, full or damaged",
       file_->path.string());
}

}  // namespace tsimcne
