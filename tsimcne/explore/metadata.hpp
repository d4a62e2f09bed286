#pragma once

#include <filesystem>
#include <string>

#include "tsimcne/catalog.hpp"
#include "tsimcne/table.hpp"

namespace tsimcne {

/// What a table tells of the images.
struct Metadata {
  Table columns;     // of the catalog's n images
  std::string told;  // how it fits them, in a sentence without its stop
};

/// Reads a table and joins it to the images as files/joining.hpp says; a column "id" may give their
/// numbers. A header gives the columns their names, each of which is there once, and none is one
/// that the page has for a column of its own; an index without a name, as pandas writes one, is
/// left out. Throws an Error where the table is damaged, tells two things of an image, or names
/// none.
Metadata read_metadata(const std::filesystem::path& table, const Catalog& catalog);

}  // namespace tsimcne
