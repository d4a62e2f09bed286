#include <array>
#include <filesystem>

#include "tsimcne/error.hpp"
#include "tsimcne/map/map_parts.hpp"

namespace tsimcne {

namespace {

/// The arrays of an archive, and how to speak of them in errors.
struct Archive {
  std::string path;
  std::map<std::string, NpyArray> arrays;

  const NpyArray* find(const std::string& key) const {
    const auto at = arrays.find(key);
    return at == arrays.end() ? nullptr : &at->second;
  }
  std::string name(const std::string& key) const { return key + " in " + path; }
};

/// The texts under `key`, one for each of `rows` points.
std::vector<std::string> read_texts(const Archive& archive, const std::string& key, int64_t rows) {
  const NpyArray* const array = archive.find(key);
  if (array == nullptr) return std::vector<std::string>(static_cast<size_t>(rows));
  std::vector<std::string> texts = to_strings(*array, archive.name(key));
  check_rows(std::ssize(texts), rows, archive.name(key));
  return texts;
}

/// Labels that number the archive's own list of names; -1 is none.
void read_numbered_labels(const Archive& archive, const NpyArray& numbers, const NpyArray& names,
                          Catalog& catalog) {
  catalog.label_names = to_strings(names, archive.name("label_names"));
  for (const int64_t label : to_integers(numbers, archive.name("labels"))) {
    if (label < -1 || label >= std::ssize(catalog.label_names)) {
      fail("{} holds {}; expected -1 to {}, since there are {} label_names", archive.name("labels"),
           label, std::ssize(catalog.label_names) - 1, catalog.label_names.size());
    }
    catalog.labels.push_back(static_cast<int32_t>(label));
  }
  order_labels(catalog);
}

void read_labels(const Archive& archive, Catalog& catalog, int64_t rows) {
  const NpyArray* const labels = archive.find("labels");
  const NpyArray* const names = archive.find("label_names");
  if (labels == nullptr || holds_strings(*labels)) {
    set_labels(catalog, read_texts(archive, "labels", rows));
  } else if (names != nullptr) {
    read_numbered_labels(archive, *labels, *names, catalog);
  } else {
    std::vector<std::string> texts;
    for (const int64_t label : to_integers(*labels, archive.name("labels"))) {
      texts.push_back(label == -1 ? "" : std::to_string(label));
    }
    set_labels(catalog, texts);
  }
  check_rows(std::ssize(catalog.labels), rows, archive.name("labels"));
}

std::string read_note(const Archive& archive) {
  const NpyArray* const note = archive.find("note");
  if (note == nullptr) return "";
  const std::vector<std::string> texts = to_strings(*note, archive.name("note"));
  if (texts.size() != 1) fail("{} holds {} texts; expected 1", archive.name("note"), texts.size());
  return texts.front();
}

Matrix read_points(const Archive& archive) {
  for (const char* const key : {"xy", "points", "map"}) {
    if (const NpyArray* const array = archive.find(key)) {
      return to_points(*array, archive.name(key));
    }
  }
  fail("{} has no array 'xy', 'points' or 'map'; expected one with a map's points", archive.path);
}

}  // namespace

Map read_map_npz(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 9> known{
      "xy", "points", "map", "features", "labels", "label_names", "paths", "splits", "note"};
  const Archive archive{path.string(), read_npz(path, known)};
  Map map;
  map.points = read_points(archive);
  if (const NpyArray* const features = archive.find("features")) {
    map.features = to_matrix(*features, archive.name("features"));
    check_rows(map.features.rows, map.size(), archive.name("features"));
  }
  read_labels(archive, map.catalog, map.size());
  map.catalog.paths = read_texts(archive, "paths", map.size());
  for (const std::string& split : read_texts(archive, "splits", map.size())) {
    map.catalog.splits.push_back(split_of(split));
  }
  map.note = read_note(archive);
  return map;
}

void write_map_npz(const Map& map, const std::filesystem::path& path) {
  check_map(map);
  const Catalog& catalog = map.catalog;
  std::vector<std::string> split_names;
  for (const Split split : catalog.splits) split_names.push_back(name_of(split));
  const NpyArray label_names = strings_to_npy(catalog.label_names);
  const NpyArray paths = strings_to_npy(catalog.paths);
  const NpyArray splits = strings_to_npy(split_names);
  const NpyArray note = strings_to_npy(std::array{map.note});
  const auto view = [](const Matrix& matrix) {
    return NpyView(std::span<const float>(matrix.values), {matrix.rows, matrix.cols});
  };
  std::map<std::string, NpyView> arrays{
      {"points", view(map.points)},
      {"labels", NpyView(std::span<const int32_t>(catalog.labels), {map.size()})},
      {"label_names", label_names},
      {"paths", paths},
      {"splits", splits}};
  if (!map.features.empty()) arrays.emplace("features", view(map.features));
  if (!map.note.empty()) arrays.emplace("note", note);
  write_npz(arrays, path);
}

}  // namespace tsimcne
