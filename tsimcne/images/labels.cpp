#include "tsimcne/images/labels.hpp"

#include <glib.h>

#include <algorithm>
#include <memory>
#include <span>

#include "tsimcne/error.hpp"
#include "tsimcne/files/joining.hpp"

namespace tsimcne {
namespace {

std::string mend_utf8(const std::string& text) {
  const std::unique_ptr<char, decltype(&g_free)> mended(
      g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())), &g_free);
  return mended.get();
}

/// Cuts the first folder off the path; "" where it has none.
std::string take_folder(std::string_view& path) {
  const size_t slash = path.find('/');
  if (slash == path.npos) return "";
  std::string folder(path.substr(0, slash));
  path.remove_prefix(slash + 1);
  return folder;
}

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

Catalog catalog_of_paths(const std::vector<std::string>& paths) {
  Catalog catalog;
  bool has_splits = true;
  for (const std::string& path : paths) {
    catalog.paths.push_back(mend_utf8(path));
    std::string_view rest = path;
    const std::string top = take_folder(rest);
    has_splits = has_splits && (top.empty() || split_of(top) != Split::none);
  }
  std::vector<std::string> names;
  for (const std::string& path : catalog.paths) {
    std::string_view rest = path;
    catalog.splits.push_back(has_splits ? split_of(take_folder(rest)) : Split::none);
    names.push_back(take_folder(rest));
  }
  set_labels(catalog, names);
  return catalog;
}

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
