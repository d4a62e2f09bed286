#pragma once

#include <vector>

#include "tsimcne/map/map.hpp"
#include "tsimcne/picture/classes.hpp"
#include "tsimcne/picture/page.hpp"
#include "tsimcne/picture/projection.hpp"
#include "tsimcne/picture/scale.hpp"

namespace tsimcne {

/// A map as it lies on the page.
struct Scene {
  const Map& map;
  const Classes& classes;
  uint64_t seed = 0;
  std::vector<Place> places{};  // of the points, in the map's plane
  Box room{};                   // of the page, for the map
  double inches = 42;           // the square inches of a page of points that has such a room
  Transform transform{};        // from the map's plane into the room

  Spot spot(int64_t point) const { return transform(places[static_cast<size_t>(point)]); }
};

/// Throws an Error where a map has no points, or points or labels that cannot be drawn.
void check_drawable(const Map& map);

/// The points from the lowest to the topmost: at random, so that no class hides another, grey ones
/// below the others, and in a 3-D map far ones below near ones.
std::vector<int64_t> drawing_order(const Scene& scene);

}  // namespace tsimcne
