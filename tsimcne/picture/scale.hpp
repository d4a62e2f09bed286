#pragma once

#include <span>

#include "tsimcne/picture/page.hpp"
#include "tsimcne/picture/projection.hpp"

namespace tsimcne {

/// From the map's plane to the page, one scale for both directions.
struct Transform {
  double scale = 1, left = 0, top = 0;

  Spot operator()(const Place& place) const {
    return {left + scale * place.x, top - scale * place.y};
  }
};

/// Puts all places into the box, with `inset` to its edges; those that are all at one place, as if
/// they were a unit apart.
Transform fit(std::span<const Place> places, const Box& box, double inset);

/// The largest of 1, 2 and 5 times a power of ten that is not above `length`.
double round_length(double length);

/// A bar of a round length at most `longest` long, and the length.
void draw_scale_bar(Page& page, const Transform& transform, double left, double middle,
                    double longest);

/// The three axes' directions, as long as the number beside them tells.
void draw_tripod(Page& page, const Transform& transform, double left, double bottom);

}  // namespace tsimcne
