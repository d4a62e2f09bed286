#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/map/map.hpp"

namespace tsimcne {

enum class PictureStyle {
  points,      // every image is a dot in its class's colour
  thumbnails,  // the images themselves on a grid: one of those that lie in each cell
  annotated,   // dots, and around the map images of its densest places, each with a line to it
  density      // images a square unit as shades of blue, with an outline around half of each class
};

/// The style of that name, as written above. Throws an Error where there is none.
PictureStyle style_named(const std::string& name);

/// Whether a style shows images.
bool needs_images(PictureStyle style);

/// How a picture is drawn.
struct PictureOptions {
  double width = 7;   // inches; more gives room for the map, text keeps its size
  double height = 6;  // inches
  double dpi = 200;   // pixels an inch; more is sharper and gives larger files
  uint64_t seed = 0;  // the order in which points are drawn over each other
  PictureStyle style = PictureStyle::points;
  std::vector<std::string> highlight{};  // names of classes; all others become grey, below them
  std::string title{};                   // above the picture; empty: none
};

/// Draws a map into a .png, .svg or .pdf: classes in their colours with a legend (their names on
/// the map itself past 20), equal scales in all directions, a bar that tells the scale, and the
/// map's note beneath. Up to 20,000 points are discs in svg and pdf; more become one image in them,
/// of options.dpi. A 3-D map is seen along a fixed oblique direction, without perspective, far
/// points paler and smaller. The same map, options and fonts give the same bytes.
/// Throws an Error where the map has no points, the picture's size is out of bounds, a highlighted
/// class has no points, or the style shows images. Returns a sentence to warn with, as
/// Page::doubt(); so do the others below.
std::string draw_map(const Map& map, const PictureOptions& options,
                     const std::filesystem::path& path);

/// The same in any style; images: those of the map, in its order.
std::string draw_map(const Map& map, const ImageSet& images, const PictureOptions& options,
                     const std::filesystem::path& path);

/// Draws loss, attraction and repulsion over the epochs of a run's metrics.jsonl, with its stages
/// marked. Of the options, size and title count. Throws an Error that names the line where the file
/// is not one of metrics.
std::string draw_curves(const std::filesystem::path& metrics, const PictureOptions& options,
                        const std::filesystem::path& path);

}  // namespace tsimcne
