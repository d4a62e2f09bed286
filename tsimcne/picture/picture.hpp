#pragma once

#include <cstdint>
#include <filesystem>

#include "tsimcne/map/map.hpp"

namespace tsimcne {

/// How a static map is drawn.
struct PictureOptions {
  double width = 7;   // inches; more gives room for the map, text keeps its size
  double height = 6;  // inches
  double dpi = 200;   // pixels an inch; more is sharper and gives larger files
  uint64_t seed = 0;  // the order in which points are drawn over each other
};

/// Draws a map as a PNG: points in their classes' colours with a legend beside them (the names on
/// the map itself past 20 classes), equal scales in all directions, a bar that tells the scale, and
/// the map's note beneath. A 3-D map is seen along a fixed oblique direction, without perspective,
/// far points paler and smaller. The same map, options and fonts give the same bytes.
/// Throws an Error where the map has no points or the picture's size is out of bounds.
void draw_map(const Map& map, const PictureOptions& options, const std::filesystem::path& path);

}  // namespace tsimcne
