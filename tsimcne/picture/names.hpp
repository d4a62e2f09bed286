#pragma once

#include <optional>
#include <span>
#include <vector>

#include "tsimcne/picture/page.hpp"
#include "tsimcne/picture/scene.hpp"

namespace tsimcne {

/// A name to be placed: its size, and the middle of what it names, in points.
struct NameTag {
  double width = 0, height = 0;
  double x = 0, y = 0;
};

/// Where each tag goes so that none overlaps another or leaves the bounds: at its own middle or as
/// near by as there is room, earlier tags first. None where there is no room within `farthest`
/// points.
std::vector<std::optional<Box>> place_names(std::span<const NameTag> tags, const Box& bounds,
                                            double farthest);

/// The median spot of each class that is shown.
std::vector<Spot> class_medians(const Scene& scene);

/// Writes the names of the classes that are shown at their spots, the largest classes' first; a
/// name for which there is no room nearby is left out.
void draw_names(Page& page, const Scene& scene, std::span<const Spot> spots);

}  // namespace tsimcne
