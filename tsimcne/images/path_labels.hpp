#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tsimcne/catalog.hpp"

namespace tsimcne {

/// The split that a folder's name stands for, in any of the usual spellings and without regard to
/// case: train and training; val, valid, validation and dev; test and testing.
Split split_of_folder(std::string_view name);

/// The catalog of a tree of images. Folders that hold all of them say nothing. A top level of
/// nothing but splits gives the splits, and the first folder below that does not hold all gives the
/// label. Images that stand in no folder have none. Names that are not UTF-8 are mended.
Catalog catalog_of_paths(const std::vector<std::string>& paths);

/// A sentence where some folders of the top level are named like splits and others are not, so that
/// all of them are labels; else "".
std::string doubt_about_splits(const std::vector<std::string>& paths);

/// The text with U+FFFD for what is not UTF-8.
std::string mend_utf8(const std::string& text);

}  // namespace tsimcne
