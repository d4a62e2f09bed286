#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "tsimcne/catalog.hpp"

namespace tsimcne {

/// The names by which a table may speak of an image, in the order in which they are looked for: its
/// path, its file name, that less its extension.
std::array<std::string, 3> names_in_tables(const std::string& path);

/// Replaces the labels by those of a table with rows of (path or name, label), with a header or
/// without: a row speaks of the image whose path it gives, else of those with that file name, else
/// of those with that name less its extension. Images without a row have no label. Throws an Error
/// where the table is damaged, contradicts itself or speaks of no image.
void label_by_table(Catalog& catalog, const std::filesystem::path& table);

}  // namespace tsimcne
