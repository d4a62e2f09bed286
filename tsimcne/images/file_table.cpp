#include "tsimcne/images/file_table.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "tsimcne/error.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array label_columns = {"label", "class", "category"};
constexpr int64_t most_table_bytes = int64_t{1} << 30;

/// A row: the values of its columns.
using Row = std::map<std::string, std::string>;

std::vector<Row> read_csv_table(const fs::path& file) {
  const auto table = parse_csv(read_whole_file(file, most_table_bytes), file.string());
  std::vector<Row> rows;
  for (size_t i = 1; i < table.size(); ++i) {
    Row& row = rows.emplace_back();
    for (size_t c = 0; c < std::min(table[0].size(), table[i].size()); ++c) {
      row.emplace(table[0][c], table[i][c]);
    }
  }
  return rows;
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

std::vector<Row> read_json_lines(const fs::path& file) {
  std::istringstream lines(read_whole_file(file, most_table_bytes));
  std::vector<Row> rows;
  int64_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) fail("{} has no JSON object in line {}", file.string(), number);
    Row& row = rows.emplace_back();
    for (const auto& [name, value] : object.items()) row.emplace(name, text_of(value));
  }
  return rows;
}

/// Adds what the rows of a table in `folder` (with a slash, or "") say. False where none names a
/// file.
bool add_rows(FileTable& all, const std::vector<Row>& rows, const std::string& folder) {
  bool names_files = false;
  for (const Row& row : rows) {
    const auto name = row.find("file_name");
    if (name == row.end()) continue;
    names_files = true;
    for (const char* const column : label_columns) {
      const auto label = row.find(column);
      if (label == row.end()) continue;
      const fs::path path = fs::path(folder + name->second).lexically_normal();
      all.labels.insert_or_assign(path.string(), label->second);
      all.has_labels = all.has_labels || !label->second.empty();
      break;
    }
  }
  return names_files;
}

}  // namespace

std::vector<std::string> FileTable::labels_of(const std::vector<std::string>& paths) const {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    const auto label = labels.find(path);
    found.push_back(label == labels.end() ? "" : label->second);
  }
  return found;
}

bool is_file_table(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  return name == "metadata.csv" || name == "metadata.jsonl";
}

FileTable read_file_tables(const fs::path& folder, std::span<const TreeFile> files) {
  FileTable all;
  for (const TreeFile& file : files) {
    if (!is_file_table(file.path)) continue;
    const std::string below = file.path.substr(0, file.path.rfind('/') + 1);
    try {
      const bool is_csv = file.path.ends_with(".csv");
      const auto rows =
          is_csv ? read_csv_table(folder / file.path) : read_json_lines(folder / file.path);
      if (!add_rows(all, rows, below)) {
        all.notes.push_back(fmt::format("{} has no column file_name and is left out", file.path));
      }
    } catch (const Error& error) {
      all.notes.push_back(fmt::format("{}, so it is left out", error.what()));
    }
  }
  return all;
}

}  // namespace tsimcne
