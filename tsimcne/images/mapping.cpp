#include "tsimcne/images/mapping.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// A file's descriptor, closed at the end of the scope; a mapping outlives it.
struct Descriptor {
  Descriptor(const fs::path& path, int flags) : number(::open(path.c_str(), flags | O_CLOEXEC)) {
    if (number < 0) fail("{} cannot be opened: {}", path.string(), std::strerror(errno));
  }
  ~Descriptor() { ::close(number); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  const int number;
};

uint8_t* map_file(const fs::path& path, const Descriptor& file, uint64_t bytes, int protection) {
  if (bytes == 0) return nullptr;
  void* data = ::mmap(nullptr, bytes, protection, MAP_SHARED, file.number, 0);
  if (data == MAP_FAILED) fail("{} cannot be mapped: {}", path.string(), std::strerror(errno));
  return static_cast<uint8_t*>(data);
}

}  // namespace

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Mapping Mapping::of_memory(uint64_t bytes) {
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) {
    fail("the images need {} MB of memory, which cannot be had: take fewer or smaller ones",
         (bytes >> 20) + 1);
  }
  return {static_cast<uint8_t*>(data), bytes};
}

Mapping Mapping::of_file(const fs::path& path) {
  const Descriptor file(path, O_RDONLY | O_NONBLOCK);
  struct stat status {};
  if (::fstat(file.number, &status) != 0 || !S_ISREG(status.st_mode)) {
    fail("{} is not a file", path.string());
  }
  const auto bytes = static_cast<uint64_t>(status.st_size);
  return {map_file(path, file, bytes, PROT_READ), bytes};
}

Mapping Mapping::of_file_to_write(const fs::path& path, uint64_t bytes) {
  const Descriptor file(path, O_RDWR);
  if (::ftruncate(file.number, static_cast<off_t>(bytes)) != 0) {
    fail("{} cannot be made {} MB long: {}", path.string(), (bytes >> 20) + 1,
         std::strerror(errno));
  }
  return {map_file(path, file, bytes, PROT_READ | PROT_WRITE), bytes};
}

}  // namespace tsimcne
