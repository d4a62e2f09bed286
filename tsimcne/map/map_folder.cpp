#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/map/map_parts.hpp"

namespace tsimcne {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// Where the columns that read_map needs stand in a map.csv.
struct Columns {
  size_t label, split, path;
};

Columns find_columns(const std::vector<std::string>& header, const fs::path& csv) {
  const auto find = [&](const char* name) {
    const auto at = std::ranges::find(header, name);
    if (at == header.end()) {
      fail("{} has no column '{}'; expected a map.csv", csv.string(), name);
    }
    return static_cast<size_t>(at - header.begin());
  };
  return {find("label"), find("split"), find("path")};
}

Catalog read_catalog(const fs::path& csv) {
  auto rows = parse_csv(read_whole_file(csv), csv.string());
  if (rows.empty()) fail("{} is empty; expected a map.csv", csv.string());
  const size_t width = rows.front().size();
  const Columns columns = find_columns(rows.front(), csv);
  Catalog catalog;
  std::vector<std::string> labels;
  for (size_t i = 1; i < rows.size(); ++i) {
    auto& row = rows[i];
    if (row.size() != width) {
      fail("{} has {} fields in row {}; expected {}", csv.string(), row.size(), i + 1, width);
    }
    labels.push_back(std::move(row[columns.label]));
    catalog.splits.push_back(split_of(row[columns.split]));
    catalog.paths.push_back(std::move(row[columns.path]));
  }
  set_labels(catalog, labels);
  return catalog;
}

void write_matrix(const Matrix& matrix, const fs::path& path) {
  write_npy(NpyView(std::span<const float>(matrix.values), {matrix.rows, matrix.cols}), path);
}

/// Removes what an older map left and this one has not.
void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) fail("{} cannot be removed: {}", path.string(), error.message());
}

std::string read_note(const fs::path& path) try {
  if (!fs::exists(path)) return "";
  return json::parse(read_whole_file(path)).at("note").get<std::string>();
} catch (const json::exception&) {
  fail("{} is damaged; expected {{\"note\": \"a sentence\"}}", path.string());
}

}  // namespace

void write_map_csv(const Map& map, const fs::path& path) {
  check_map(map);
  std::string text =
      map.points.cols == 3 ? "id,x,y,z,label,split,path\n" : "id,x,y,label,split,path\n";
  for (int64_t i = 0; i < map.size(); ++i) {
    const auto at = static_cast<size_t>(i);
    // {} prints the shortest digits that read back as the same float.
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n", i,
                   fmt::join(map.points.row(i), ","), quote_csv(map.catalog.label_name(i)),
                   name_of(map.catalog.splits[at]), quote_csv(map.catalog.paths[at]));
  }
  write_whole_file(path, text);
}

void write_map(const Map& map, const fs::path& folder) {
  check_map(map);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) fail("{} cannot be created: {}", folder.string(), error.message());
  write_map_csv(map, folder / "map.csv");
  write_matrix(map.points, folder / "map.npy");
  const fs::path features = folder / "features.npy", note = folder / "map.json";
  if (map.features.empty()) {
    remove_file(features);
  } else {
    write_matrix(map.features, features);
  }
  if (map.note.empty()) {
    remove_file(note);
  } else {
    write_whole_file(note, json{{"note", map.note}}.dump() + "\n");
  }
}

Map read_map(const fs::path& folder, bool with_features) {
  const fs::path points = folder / "map.npy", table = folder / "map.csv",
                 features = folder / "features.npy";
  Map map;
  map.points = to_points(read_npy(points), points.string());
  map.catalog = read_catalog(table);
  check_rows(map.catalog.size(), map.size(), table.string());
  map.note = read_note(folder / "map.json");
  if (with_features && fs::exists(features)) {
    map.features = to_matrix(read_npy(features), features.string());
    check_rows(map.features.rows, map.size(), features.string());
  }
  return map;
}

}  // namespace tsimcne
