#include "tsimcne/images/labels.hpp"

#include <glib.h>

#include <algorithm>
#include <span>

#include "tsimcne/error.hpp"
#include "tsimcne/files/joining.hpp"

namespace tsimcne {
namespace {

/// The column of labels: one called so, else the first beside that of names.
size_t find_label_column(const Joining& joining) {
  for (const char* const wanted : {"label", "labels", "class", "category", "target"}) {
    for (size_t c = 0; c < joining.names.size(); ++c) {
      const bool is_called = g_ascii_strcasecmp(joining.names[c].c_str(), wanted) == 0;
      if (c != joining.key && is_called) return c;
    }
  }
  for (size_t c = 0; c < joining.names.size(); ++c) {
    const bool is_index = joining.names[c].empty() || joining.names[c].starts_with("Unnamed:");
    if (c != joining.key && !is_index) return c;
  }
  return joining.key == 0 ? 1 : 0;
}

}  // namespace

std::string label_by_table(Catalog& catalog, const std::filesystem::path& path, bool ids) {
  const Sheet sheet = read_sheet(path);
  const Joining joining = join(sheet, catalog.paths, ids);
  if (sheet.width() < 2)
    fail(
        "{} has one column; expected images' names and labels, parted by commas, semicolons or "
        "tabs",
        sheet.name);
  const size_t column = find_label_column(joining);
  require_agreement(sheet, joining, std::span(&column, 1));
  std::vector<std::string> names;
  for (const std::string& label : joining.column(sheet, column)) {
    names.emplace_back(is_missing(label) ? "" : trimmed(label));
  }
  set_labels(catalog, names);
  const bool choice = sheet.width() > 2 && joining.has_header;
  return (choice ? fmt::format(" by the column {}", joining.names[column]) : "") + joining.told();
}

std::string count_labelled(const Catalog& catalog) {
  const auto labelled =
      std::ranges::count_if(catalog.labels, [](int32_t label) { return label >= 0; });
  return fmt::format("{} of {} images are labelled", labelled, catalog.size());
}

}  // namespace tsimcne
