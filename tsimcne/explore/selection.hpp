#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "tsimcne/explore/exhibit.hpp"

namespace tsimcne {

/// What a selection becomes: a table alone, or with it copies of the images' files, or links.
enum class SelectionKind { csv, copies, links };

/// Writes selection.csv (id, path, label, your label, x, y[, z]), and beside it the images' files
/// if wanted, to a new folder exports/`name` below `run`; a name that is taken gets a number. Where
/// an image's own file is gone, a copy is what the run holds of it. Returns the folder, relative to
/// `run`. Throws an Error where the name cannot be one, `exports` leads out of the run, links have
/// nothing to point to, or a file cannot be written. own_labels: as map_columns() takes them.
std::filesystem::path write_selection(const Exhibit& exhibit, std::span<const int64_t> images,
                                      SelectionKind kind, const std::string& name,
                                      const std::filesystem::path& run,
                                      std::span<const std::string> own_labels = {});

}  // namespace tsimcne
