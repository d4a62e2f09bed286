#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tsimcne {

/// A file below a folder.
struct TreeFile {
  std::string path;  // below the folder, '/' between names
  uint64_t bytes = 0;
  int64_t changed_ns = 0;  // time of the last change, ns since 1970
};

/// All files below a folder to any depth, sorted by path (as bytes). Hidden names are left out.
/// Links are followed, but never into a folder that the path is already in. Throws an Error where
/// a folder cannot be opened.
std::vector<TreeFile> list_files(const std::filesystem::path& folder);

/// Whether a name is hidden: it starts with a dot.
inline bool is_hidden(const std::string& name) {
  return name.starts_with('.');
}

}  // namespace tsimcne
