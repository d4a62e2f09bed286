#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tsimcne/images/image_set.hpp"

namespace tsimcne {

/// A file below a folder.
struct TreeFile {
  std::string path;  // below the folder, '/' between names
  uint64_t bytes = 0;
  int64_t changed_ns = 0;  // time of the last change, ns since 1970
};

/// What lies below a folder.
struct FileTree {
  std::vector<TreeFile> files;        // sorted by path (as bytes)
  std::vector<SkippedImage> skipped;  // what cannot be read, or is neither file nor folder
  std::vector<std::string> runs;      // folders that this program made, which are not entered
};

/// All files below a folder to any depth. Hidden names are left out. Links are followed, but never
/// into a folder that the path is already in. Throws an Error where the folder itself cannot be
/// opened.
FileTree list_files(const std::filesystem::path& folder);

/// Whether this program made the folder: a run, or a comparison of several.
bool is_own_work(const std::filesystem::path& folder);

/// Whether a name is hidden: it starts with a dot.
inline bool is_hidden(const std::string& name) {
  return name.starts_with('.');
}

}  // namespace tsimcne
