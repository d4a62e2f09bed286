#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "tsimcne/map/map.hpp"

namespace tsimcne {

/// One of several maps on a page, and what stands above it.
struct TitledMap {
  const Map* map = nullptr;
  std::string title;     // "tsne"
  std::string subtitle;  // beside it, in grey
};

/// Draws maps of the same images into one .png, .svg or .pdf for a paper: in a grid at most 7
/// inches wide, in the same colours, with one legend of the classes below; of more than 20 classes
/// without one. Each map fills its place, since their units are not comparable. Up to 20,000 points
/// in all are discs in svg and pdf. Throws an Error where there is no map, or one that cannot be
/// drawn.
void draw_side_by_side(std::span<const TitledMap> maps, const std::filesystem::path& path,
                       uint64_t seed = 0);

}  // namespace tsimcne
