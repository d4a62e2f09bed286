#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "tsimcne/error.hpp"
#include "tsimcne/images/image_formats.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

bool begins_as_image(std::span<const uint8_t> start) {
  const ImageFormat* const format = format_of(start);
  return format != nullptr && format->is_meant();
}

FoundImage read_image_file(const fs::path& path) {
  FoundImage found;
  std::error_code error;
  const uint64_t size = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) {
    found.problem = fmt::format("cannot be read: {}", std::strerror(errno));
    return found;
  }
  const auto read_to = [&](uint64_t end) {
    const size_t from = found.bytes.size();
    found.bytes.resize(end);
    file.read(reinterpret_cast<char*>(found.bytes.data() + from),
              static_cast<std::streamsize>(end - from));
    if (!file) found.problem = "cannot be read";
  };
  read_to(std::min<uint64_t>(size, start_bytes));
  if (!begins_as_image(found.bytes)) return found;
  if (size > uint64_t{most_file_bytes}) {
    found.problem = fmt::format("has {} bytes, more than the limit of 2^30", size);
  } else if (found.problem.empty()) {
    read_to(size);
  }
  return found;
}

}  // namespace tsimcne
