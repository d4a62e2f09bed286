#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "tsimcne/images/file_tree.hpp"

namespace tsimcne {

/// What metadata.csv and metadata.jsonl beside images say of them, as Hugging Face's image folders
/// have it: a column file_name, and perhaps one called label, class or category.
struct FileTable {
  std::unordered_map<std::string, std::string> labels;  // by path below the folder
  bool has_labels = false;
  std::vector<std::string> notes;

  /// "" where there is none.
  std::vector<std::string> labels_of(const std::vector<std::string>& paths) const;
};

/// Whether a file's name is that of such a table.
bool is_file_table(const std::string& path);

/// Reads all of them below a folder, each of which speaks of the files in its own. One that is
/// damaged, or has no file_name, is told in the notes.
FileTable read_file_tables(const std::filesystem::path& folder, std::span<const TreeFile> files);

}  // namespace tsimcne
