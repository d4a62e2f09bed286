#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "tsimcne/catalog.hpp"

namespace tsimcne {

/// Few texts, each of many images.
struct Categories {
  std::vector<int32_t> of_image;   // [n] index into names, -1 where there is none
  std::vector<std::string> names;  // in the order of natural_less
};

/// Something known of each of n images: a number (NaN where there is none), one of few texts, or a
/// text of its own.
struct MetadataColumn {
  std::string name;
  std::variant<std::vector<float>, Categories, std::vector<std::string>> values;
};

/// Joins a table with a header to the images. Its column "path", "file", "filename", "image" or
/// "name", else its first, says of which image a row speaks: by path, file name, or file name less
/// extension. A column of numbers alone becomes numbers; one with at most 1000 different texts that
/// repeat, each twice on average where they are more than 20, becomes categories. Throws an Error
/// where the table is damaged, names an image twice, or none at all.
std::vector<MetadataColumn> read_metadata(const std::filesystem::path& table,
                                          const Catalog& catalog);

/// One text an image as categories, "" for none.
Categories categories_of(const std::vector<std::string>& texts);

}  // namespace tsimcne
