#include "tsimcne/files/csv.hpp"

#include <algorithm>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

using Row = std::vector<std::string>;

/// Takes one field and the separator behind it from the front of `text`; true at the end of a row.
bool take_field(std::string_view& text, std::string& field, std::string_view name, size_t row) {
  if (text.starts_with('"')) {
    text.remove_prefix(1);
    while (true) {
      const size_t quote = text.find('"');
      if (quote == text.npos) fail("{} opens a quote in row {} that is never closed", name, row);
      field += text.substr(0, quote);
      text.remove_prefix(quote + 1);
      if (!text.starts_with('"')) break;
      field += '"';
      text.remove_prefix(1);
    }
  }
  const size_t end = std::min(text.find_first_of(",\n"), text.size());
  const bool last = end == text.size() || text[end] == '\n';
  std::string_view plain = text.substr(0, end);
  if (last && plain.ends_with('\r')) plain.remove_suffix(1);
  field += plain;
  text.remove_prefix(std::min(end + 1, text.size()));
  return last;
}

}  // namespace

std::vector<Row> parse_csv(std::string_view text, std::string_view name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<Row> rows;
  while (!text.empty()) {
    Row row;
    bool last = false;
    while (!last) last = take_field(text, row.emplace_back(), name, rows.size() + 1);
    if (row.size() > 1 || !row[0].empty()) rows.push_back(std::move(row));
  }
  return rows;
}

std::string quote_csv(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == field.npos) return std::string(field);
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace tsimcne
