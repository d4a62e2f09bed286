#include "tsimcne/images/labels.hpp"

#include <glib.h>

#include <memory>
#include <unordered_map>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"

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

struct Row {
  std::string label;
  size_t number = 0;  // from 1
};
using Table = std::unordered_map<std::string, Row>;

Table read_table(const std::filesystem::path& path) {
  const std::string name = path.string();
  Table table;
  size_t number = 0;
  for (auto& row : parse_csv(read_whole_file(path, int64_t{1} << 30), name)) {
    ++number;
    if (row.size() < 2) fail("{} has no label in row {}: expected path,label", name, number);
    std::string image = row[0].starts_with("./") ? row[0].substr(2) : row[0];
    const auto [entry, is_new] = table.try_emplace(std::move(image), Row{row[1], number});
    if (!is_new && entry->second.label != row[1]) {
      fail("{} gives {} the label {} in row {} and {} in row {}", name, entry->first,
           entry->second.label, entry->second.number, row[1], number);
    }
  }
  return table;
}

const Row* find_row(const Table& table, const std::string& path) {
  for (const std::string& name : names_in_tables(path)) {
    const auto found = table.find(name);
    if (found != table.end()) return &found->second;
  }
  return nullptr;
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

std::array<std::string, 3> names_in_tables(const std::string& path) {
  const std::filesystem::path as_path(path);
  return {path, as_path.filename().string(), as_path.stem().string()};
}

void label_by_table(Catalog& catalog, const std::filesystem::path& path) {
  const Table table = read_table(path);
  std::vector<std::string> names;
  bool matched = false;
  for (const std::string& image : catalog.paths) {
    const Row* row = find_row(table, image);
    matched = matched || row != nullptr;
    names.push_back(row == nullptr ? "" : row->label);
  }
  if (!matched) {
    fail("{} has {} rows and none names one of the {} images: expected rows like {},label",
         path.string(), table.size(), catalog.size(), quote_csv(catalog.paths.front()));
  }
  set_labels(catalog, names);
}

}  // namespace tsimcne
