#include "tsimcne/files/csv.hpp"

#include <algorithm>
#include <utility>

#include "tsimcne/error.hpp"

namespace tsimcne {

namespace {

constexpr size_t most_fields = 1 << 18;  // of a row

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string_view name, char separator)
    : text_(text), name_(name), separator_(separator) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
}

/// Takes one field and what ends it from the front of the text; true at the end of a row.
bool CsvReader::take_field(std::string& field) {
  if (text_.starts_with('"')) {
    text_.remove_prefix(1);
    while (true) {
      const size_t quote = text_.find('"');
      if (quote == text_.npos) {
        fail("{} opens a quote in row {} that is never closed", name_, number_);
      }
      field += text_.substr(0, quote);
      text_.remove_prefix(quote + 1);
      if (!text_.starts_with('"')) break;
      field += '"';
      text_.remove_prefix(1);
    }
  }
  const char ends[] = {separator_, '\r', '\n'};
  const size_t end = std::min(text_.find_first_of({ends, sizeof ends}), text_.size());
  field += text_.substr(0, end);
  text_.remove_prefix(end);
  const bool last = text_.empty() || text_.front() != separator_;
  text_.remove_prefix(text_.starts_with("\r\n") ? 2 : std::min<size_t>(1, text_.size()));
  return last;
}

bool CsvReader::next(std::vector<std::string>& row) {
  while (!text_.empty()) {
    row.clear();
    ++number_;
    bool last = false;
    while (!last) {
      if (row.size() == most_fields) {
        fail("{} has more than {} fields in row {}", name_, most_fields, number_);
      }
      last = take_field(row.emplace_back());
    }
    if (row.size() > 1 || !row[0].empty()) return true;
  }
  return false;
}

std::vector<std::vector<std::string>> parse_csv(std::string_view text, std::string_view name) {
  CsvReader reader(text, name);
  std::vector<std::vector<std::string>> rows;
  for (std::vector<std::string> row; reader.next(row);) rows.push_back(std::move(row));
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
