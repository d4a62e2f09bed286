#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "tsimcne/table.hpp"

namespace tsimcne {

/// A table as it stands in its file: rows of one length, which may begin with a header.
struct Sheet {
  std::string name;                            // of the file, for errors
  std::vector<std::vector<std::string>> rows;  // UTF-8; fields as they stand, with white space
  std::vector<size_t> numbers;                 // of the rows, as a spreadsheet counts, from 1
  Decimal decimal = Decimal::point;            // what its numbers are likely to have

  size_t width() const { return rows.empty() ? 0 : rows.front().size(); }
};

/// Reads a table of separated values: by comma, semicolon or tab, whichever parts its first rows
/// alike; UTF-8, or UTF-16 by its mark; with lines that end with LF, CRLF or CR. Rows without
/// anything in them are left out, and empty fields beyond the first row's. Throws an Error that
/// names file and row where it is something else, with what to do.
Sheet read_sheet(const std::filesystem::path& file);

}  // namespace tsimcne
