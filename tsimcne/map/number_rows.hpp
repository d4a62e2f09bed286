#pragma once

#include <filesystem>

#include "tsimcne/catalog.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Rows of numbers, and what is known of each.
struct NumberRows {
  Matrix numbers;   // [n, d], all finite
  Catalog catalog;  // of the same n; a row without a name is called "row 7"
};

/// Whether the file's name says that it holds rows of numbers: .npy, .npz or .csv. One with an
/// array of three dimensions or more holds images.
bool is_number_rows(const std::filesystem::path& file);

/// Reads them: an array [n, d] of numbers (.npy); one called features, x, data or xy, or the only
/// one of two dimensions, beside labels and paths where there are any (.npz); or a table whose
/// columns are numbers, but for one called path or name and one called label (.csv). Throws an
/// Error where there are none, or that names row and column, from 1, of what is no finite number.
NumberRows read_number_rows(const std::filesystem::path& file);

/// Throws an Error that names row and column, from 1, of the first number that is not finite.
void require_finite(MatrixView rows, std::string_view name);

}  // namespace tsimcne
