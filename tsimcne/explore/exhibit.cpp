#include "tsimcne/explore/exhibit.hpp"

#include <algorithm>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/columns.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/explore/pixels.hpp"
#include "tsimcne/images/fingerprint.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

using Json = Columns::Json;

Json levels_of(const Atlas& atlas) {
  Json levels = Json::array();
  for (const Atlas::Level& level : atlas.levels()) {
    levels.push_back({{"side", level.side}, {"columns", level.columns}, {"pages", level.pages}});
  }
  return {{"levels", std::move(levels)}};
}

void add_places(Columns& columns, const Matrix& points) {
  for (int64_t axis = 0; axis < points.cols; ++axis) {
    std::vector<float> values;
    for (int64_t i = 0; i < points.rows; ++i) {
      values.push_back(points.row(i)[static_cast<size_t>(axis)]);
    }
    columns.add({{"name", std::string(1, "xyz"[axis])}}, values);
  }
}

void add_categories(Columns& columns, const Column& column) {
  columns.add({{"name", column.name}, {"kind", "category"}, {"values", column.values}},
              column.codes);
}

void add_splits(Columns& columns, const Catalog& catalog) {
  std::vector<std::string> names;
  for (const Split split : catalog.splits) names.push_back(name_of(split));
  const Column splits = category_column("split", names);
  if (!splits.values.empty()) add_categories(columns, splits);
}

void add_neighbors(Columns& columns, const Neighbors& neighbors) {
  const std::vector<uint32_t> ids(neighbors.indices.begin(), neighbors.indices.end());
  columns.add({{"name", "neighbors"}, {"width", neighbors.k}}, ids);
}

}  // namespace

void check_exhibit(const Exhibit& exhibit) {
  const Map& map = exhibit.map;
  if (map.size() == 0) fail("the map of {} has no points", exhibit.title);
  if (!std::ranges::all_of(map.points.values, [](float x) { return std::isfinite(x); })) {
    fail("the map of {} has coordinates that are not finite numbers", exhibit.title);
  }
  if (exhibit.images && exhibit.images->catalog().paths != map.catalog.paths) {
    fail(
        "the map of {} and its images.pack are not of the same images; `tsimcne fit --resume` "
        "makes the map anew",
        exhibit.title);
  }
}

std::string map_mark(const Exhibit& exhibit) {
  const Map& map = exhibit.map;
  Fingerprint mark;
  if (exhibit.images) mark.add(exhibit.images->fingerprint());
  for (const std::string& path : map.catalog.paths) mark.add(path);
  const std::span<const float> values = map.points.values;
  mark.add(std::span(reinterpret_cast<const uint8_t*>(values.data()), values.size_bytes()));
  return mark.hex();
}

std::string map_columns(const Exhibit& exhibit, const Atlas* atlas, const Neighbors* neighbors,
                        const std::vector<std::string>& own_labels) {
  const Map& map = exhibit.map;
  Columns columns(Json{{"count", map.size()},
                       {"dimensions", map.points.cols},
                       {"note", map.note},
                       {"labels", map.catalog.label_names},
                       {"atlas", atlas == nullptr ? Json() : levels_of(*atlas)}});
  add_places(columns, map.points);
  if (map.catalog.has_labels()) columns.add({{"name", "label"}}, map.catalog.labels);
  if (atlas != nullptr) columns.add({{"name", "slot"}}, atlas->slots());
  if (neighbors != nullptr) add_neighbors(columns, *neighbors);
  add_splits(columns, map.catalog);
  for (const Column& column : exhibit.metadata) {
    if (column.kind == ColumnKind::category) add_categories(columns, column);
    if (column.numbers.empty()) continue;
    const char* const kind = column.kind == ColumnKind::date ? "date" : "number";
    columns.add({{"name", column.name}, {"kind", kind}}, column.numbers);
  }
  if (!own_labels.empty()) add_categories(columns, category_column(own_label, own_labels));
  return columns.bytes();
}

std::string point_columns(const Map& map) {
  Columns columns(Json{{"count", map.size()}, {"dimensions", map.points.cols}});
  add_places(columns, map.points);
  return columns.bytes();
}

std::string text_columns(const Exhibit& exhibit) {
  Columns columns(Json{{"count", exhibit.map.size()}});
  columns.add({{"name", "path"}}, exhibit.map.catalog.paths);
  for (const Column& column : exhibit.metadata) {
    if (column.kind == ColumnKind::category) continue;
    columns.add({{"name", column.name}, {"kind", "text"}}, column.texts);
  }
  return columns.bytes();
}

std::optional<fs::path> original_file(const Exhibit& exhibit, int64_t image) {
  if (exhibit.originals.empty()) return std::nullopt;
  std::error_code error;
  const fs::path folder = fs::canonical(exhibit.originals, error);
  if (error) return std::nullopt;
  const std::string& path = exhibit.map.catalog.paths[static_cast<size_t>(image)];
  const fs::path file = fs::canonical(folder / path, error);
  if (error || !fs::is_regular_file(file, error)) return std::nullopt;
  const auto [end_of_folder, below] = std::ranges::mismatch(folder, file);
  if (end_of_folder != folder.end()) return std::nullopt;
  return file;
}

std::optional<fs::path> source_file(const Exhibit& exhibit, int64_t image) {
  const fs::path path = exhibit.map.catalog.paths[static_cast<size_t>(image)];
  const bool is_below = path.is_relative() && std::ranges::find(path, fs::path("..")) == path.end();
  std::error_code error;
  const fs::path folder = fs::absolute(exhibit.originals, error);
  if (exhibit.originals.empty() || !is_below || error) return std::nullopt;
  const fs::path file = folder / path;
  return fs::is_regular_file(file, error) ? std::optional(file) : std::nullopt;
}

std::string packed_jpeg(const Exhibit& exhibit, int64_t image) {
  constexpr int quality = 95;
  Pixels pixels(exhibit.images->side());
  std::ranges::copy(exhibit.images->pixels(image), pixels.values.begin());
  exhibit.images->expect_whole();
  return encode_jpeg(pixels, quality);
}

}  // namespace tsimcne
