#pragma once

#include <optional>
#include <span>
#include <vector>

#include "tsimcne/picture/page.hpp"

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

}  // namespace tsimcne
