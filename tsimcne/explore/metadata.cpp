#include "tsimcne/explore/metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/files/joining.hpp"

namespace tsimcne {
namespace {

/// Whether a column has neither a name nor anything but row numbers.
bool is_index(const Sheet& sheet, const Joining& joining, size_t column) {
  if (!joining.has_header) return false;
  const std::string& name = joining.names[column];
  if (!name.empty() && !name.starts_with("Unnamed:")) return false;
  return std::ranges::all_of(sheet.rows.begin() + 1, sheet.rows.end(), [&](const auto& row) {
    return trimmed(row[column]).find_first_not_of("0123456789") == std::string_view::npos;
  });
}

/// All columns that tell something of the images.
std::vector<size_t> columns_of(const Sheet& sheet, const Joining& joining) {
  std::vector<size_t> columns;
  for (size_t c = 0; c < sheet.width(); ++c) {
    if (c != joining.key && !is_index(sheet, joining, c)) columns.push_back(c);
  }
  return columns;
}

}  // namespace

Metadata read_metadata(const std::filesystem::path& table, const Catalog& catalog) {
  const Sheet sheet = read_sheet(table);
  const Joining joining = join(sheet, catalog.paths, /*ids=*/true);
  const std::vector<size_t> columns = columns_of(sheet, joining);
  if (columns.empty()) {
    fail(
        "{} has no column beside that of names; expected others, parted by commas, semicolons or "
        "tabs",
        sheet.name);
  }
  require_agreement(sheet, joining, columns);
  std::vector<std::string> wanted(sheet.width());
  if (joining.has_header) wanted = joining.names;
  const std::vector<std::string> names =
      unique_names(wanted, std::vector<std::string>{"path", "split", own_label});
  Metadata metadata;
  for (const size_t c : columns) {
    metadata.columns.push_back(column_of(names[c], joining.column(sheet, c), sheet.decimal));
  }
  metadata.told = fmt::format("{} of {} images are in {}{}", joining.images_with_row(),
                              catalog.size(), sheet.name, joining.told());
  return metadata;
}

}  // namespace tsimcne
