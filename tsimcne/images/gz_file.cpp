#include "tsimcne/images/gz_file.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "tsimcne/error.hpp"

namespace tsimcne {

GzFile::GzFile(std::filesystem::path path)
    : path_(std::move(path)), file_(gzopen(path_.c_str(), "rb")) {
  if (file_ == nullptr) fail("{} cannot be opened", path_.string());
  gzbuffer(file_.get(), 1 << 18);
}

size_t GzFile::read_some(std::span<uint8_t> out) {
  size_t filled = 0;
  while (filled < out.size()) {
    const auto part = static_cast<unsigned>(std::min(out.size() - filled, size_t{1} << 30));
    const int count = gzread(file_.get(), out.data() + filled, part);
    int code = Z_OK;
    const char* cause = gzerror(file_.get(), &code);
    if (count < 0 && code != Z_BUF_ERROR) fail("{} is damaged: {}", path_.string(), cause);
    if (count <= 0) break;
    filled += static_cast<size_t>(count);
  }
  return filled;
}

void GzFile::read(std::span<uint8_t> out) {
  const size_t found = read_some(out);
  if (found < out.size()) {
    fail("{} is cut short: {} more bytes were expected, {} found", path_.string(), out.size(),
         found);
  }
}

void GzFile::skip(int64_t bytes) {
  if (bytes > 0 && gzseek(file_.get(), static_cast<z_off_t>(bytes), SEEK_CUR) < 0) {
    fail("{} is cut short", path_.string());
  }
}

void expect_size(const std::filesystem::path& path, int64_t bytes) {
  GzFile file(path);
  std::vector<uint8_t> block(1 << 18);
  int64_t found = 0;
  while (found <= bytes) {
    const size_t count = file.read_some(block);
    if (count == 0) break;
    found += static_cast<int64_t>(count);
  }
  if (found < bytes) {
    fail("{} is cut short: expected {} bytes, found {}", path.string(), bytes, found);
  }
  if (found > bytes) {
    fail("{} is too long: expected {} bytes, found at least {}", path.string(), bytes, found);
  }
}

}  // namespace tsimcne
