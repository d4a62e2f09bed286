#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tsimcne {

/// Reads the rows of a table of separated values (RFC 4180) one after another: quoted fields may
/// hold separators, quotes (doubled) and line ends; lines end with LF, CRLF or CR; a UTF-8 byte
/// order mark and empty lines are passed over. Rows may differ in length.
class CsvReader {
 public:
  /// name: of the table, for errors. The text must live as long as this.
  CsvReader(std::string_view text, std::string_view name, char separator = ',');

  /// Reads the next row into `row`; false behind the last. Throws an Error where a quote is never
  /// closed, or a row has more than 262,144 fields.
  bool next(std::vector<std::string>& row);
  /// Which row the last one was, from 1, with the empty ones, as spreadsheets count.
  size_t number() const { return number_; }

 private:
  bool take_field(std::string& field);

  std::string_view text_, name_;
  char separator_;
  size_t number_ = 0;
};

/// All rows of a table with commas. Throws an Error that bears `name` where a quote is never
/// closed.
std::vector<std::vector<std::string>> parse_csv(std::string_view text, std::string_view name);

/// The field as it stands in a table: between quotes where it holds a comma, a quote or a line end.
std::string quote_csv(std::string_view field);

}  // namespace tsimcne
