#include "tsimcne/files/sheet.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/unicode.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

constexpr int64_t most_bytes = int64_t{1} << 30;
constexpr size_t most_fields = 40'000'000;
constexpr size_t rows_looked_at = 100;  // to find the separator
constexpr std::array separators = {',', ';', '\t'};

using Counts = std::array<size_t, separators.size()>;

/// Takes a line off the front, line ends between quotes apart: how many of each separator are in
/// it.
Counts take_line(std::string_view& text) {
  Counts counts{};
  bool quoted = false;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (quoted) continue;
    if (text[at] == '\n' || text[at] == '\r') break;
    const auto which = std::ranges::find(separators, text[at]) - separators.begin();
    if (which < std::ssize(separators)) ++counts[static_cast<size_t>(which)];
  }
  text.remove_prefix(std::min(at + 1, text.size()));
  return counts;
}

/// The separator that parts all of the first rows alike, else one that is in the first at all; of
/// several the one that comes first.
char separator_of(std::string_view text) {
  const size_t first = text.find_first_of({separators.data(), separators.size()});
  std::string_view rest = text;
  const Counts expected = take_line(rest);
  Counts alike = expected;
  for (size_t row = 1; row < rows_looked_at && !rest.empty(); ++row) {
    const bool is_empty = rest.front() == '\n' || rest.front() == '\r';
    const Counts counts = take_line(rest);
    for (size_t i = 0; i < counts.size() && !is_empty; ++i) {
      if (counts[i] != expected[i]) alike[i] = 0;
    }
  }
  for (const Counts& counts : {alike, expected}) {
    std::optional<char> found;
    for (size_t i = 0; i < counts.size(); ++i) {
      const bool is_first = first != text.npos && text[first] == separators[i];
      if (counts[i] > 0 && (!found || is_first)) found = separators[i];
    }
    if (found) return *found;
  }
  return ',';
}

/// "sep=;" in front is how spreadsheets are told the separator.
std::optional<char> take_stated_separator(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  if (!line.starts_with("sep=") || line.size() != 5) return std::nullopt;
  text.remove_prefix(line.size());
  return line.back();
}

/// Checks a row against the first and puts it into the sheet, unless nothing is in it.
void add_row(Sheet& sheet, std::vector<std::string>&& row, size_t number) {
  if (!std::ranges::all_of(row, is_utf8)) {
    fail("{}, row {} is not UTF-8; save the table as CSV UTF-8", sheet.name, number);
  }
  const bool is_empty =
      std::ranges::all_of(row, [](const std::string& field) { return trimmed(field).empty(); });
  if (is_empty) return;
  const size_t width = sheet.rows.empty() ? row.size() : sheet.width();
  while (row.size() > width && trimmed(row.back()).empty()) row.pop_back();
  if (row.size() != width) {
    fail("{} has {} field{} in row {} and {} in row {}; expected as many in each", sheet.name,
         row.size(), row.size() == 1 ? "" : "s", number, width, sheet.numbers.front());
  }
  if ((sheet.rows.size() + 1) * width > most_fields) {
    fail("{} has more than {} fields; leave out columns that are not needed", sheet.name,
         most_fields);
  }
  sheet.rows.push_back(std::move(row));
  sheet.numbers.push_back(number);
}

}  // namespace

Sheet read_sheet(const std::filesystem::path& file) {
  Sheet sheet;
  sheet.name = file.string();
  const std::string content = without_mark(read_whole_file(file, most_bytes), sheet.name);
  std::string_view text = content;
  const std::optional<char> stated = take_stated_separator(text);
  const char separator = stated.value_or(separator_of(text));
  if (separator == ';') sheet.decimal = Decimal::comma;
  CsvReader reader(text, sheet.name, separator);
  for (std::vector<std::string> row; reader.next(row);) {
    add_row(sheet, std::move(row), reader.number());
  }
  return sheet;
}

}  // namespace tsimcne
