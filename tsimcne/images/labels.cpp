#include "tsimcne/images/labels.hpp"

#include <unordered_map>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

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
