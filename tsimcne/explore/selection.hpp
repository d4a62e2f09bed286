#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "tsimcne/explore/exhibit.hpp"

namespace tsimcne {

/// What a selection becomes: a table alone, or with it copies of the images' files, or links.
enum class SelectionKind { csv, copies, links };

struct WrittenSelection {
  std::filesystem::path folder;  // relative to the run
  int64_t from_run = 0;          // images of which the copy is what the run holds
};

/// Writes selection.csv (id, path, label, your label, x, y[, z]), and beside it the images' files
/// if wanted, to a new folder exports/`name` below `run`; a name that is taken gets a number. Where
/// an image's own file cannot be read, a copy is what the run holds of it, a JPEG. Images whose
/// files would have one name get numbers. Throws an Error, and leaves no folder behind, where the
/// name cannot be one, `exports` leads out of the run, links have nothing to point to, or a file
/// cannot be written. own_labels: as map_columns() takes them.
WrittenSelection write_selection(const Exhibit& exhibit, std::span<const int64_t> images,
                                 SelectionKind kind, const std::string& name,
                                 const std::filesystem::path& run,
                                 std::span<const std::string> own_labels = {});

}  // namespace tsimcne
