#pragma once

#include <filesystem>

namespace tsimcne {

/// A path as it is from anywhere: absolute, normal, and without a slash at its end, so that its
/// filename() is that of the folder.
inline std::filesystem::path absolute_place(const std::filesystem::path& path) {
  const std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace tsimcne
