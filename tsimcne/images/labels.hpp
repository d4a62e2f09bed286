#pragma once

#include <filesystem>
#include <string>

#include "tsimcne/catalog.hpp"

namespace tsimcne {

/// Replaces the labels by those of a table, which is joined as files/joining.hpp says: by its
/// column label, class, category or target, else the first beside that of names. Missing values are
/// no labels. Returns what is to be said behind count_labelled(). ids: rows may name images by
/// their numbers. Throws an Error where the table is damaged, contradicts itself or names no image.
std::string label_by_table(Catalog& catalog, const std::filesystem::path& table, bool ids = false);

/// "3 of 30 images are labelled".
std::string count_labelled(const Catalog& catalog);

}  // namespace tsimcne
