#pragma once

#include <filesystem>
#include <string>

#include "tsimcne/catalog.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// A map of a dataset: a point an image, similar images near each other.
struct Map {
  Matrix points;     // [n, 2 or 3], no unit
  Matrix features;   // [n, f], the backbone's output; empty where it is not known
  Catalog catalog;   // of the same n images
  std::string note;  // how the points came about where that is not the usual way, one sentence

  int64_t size() const { return points.rows; }
};

/// Writes map.csv (id, x, y[, z], label, split, path), map.npy, and, where there are features or a
/// note, features.npy and map.json into `folder`.
void write_map(const Map& map, const std::filesystem::path& folder);

/// Writes a map's table alone, as in map.csv.
void write_map_csv(const Map& map, const std::filesystem::path& path);

/// Reads what write_map wrote; features, where there are any, only if asked, since they are large.
/// Throws an Error where files are missing, damaged or of different lengths.
Map read_map(const std::filesystem::path& folder, bool with_features);

/// Reads the points ("xy", "points" or "map"), and where present "labels", "features" and "note",
/// of a .npz archive.
Map read_map_npz(const std::filesystem::path& path);

/// Writes points, labels, label names, paths, splits and, where present, features and note as a
/// .npz.
void write_map_npz(const Map& map, const std::filesystem::path& path);

}  // namespace tsimcne
