#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tsimcne {

/// The rows of a table of comma-separated values (RFC 4180): quoted fields may hold commas, quotes
/// (doubled) and line ends; lines end with LF or CRLF; a UTF-8 byte order mark and empty lines are
/// passed over. Rows may differ in length. Throws an Error that bears `name` where a quote is never
/// closed.
std::vector<std::vector<std::string>> parse_csv(std::string_view text, std::string_view name);

/// The field as it stands in a table: between quotes where it holds a comma, a quote or a line end.
std::string quote_csv(std::string_view field);

}  // namespace tsimcne
