#pragma once

#include <span>

#include "tsimcne/picture/page.hpp"
#include "tsimcne/picture/scene.hpp"

namespace tsimcne {

/// Past so many points svg and pdf hold an image of them: readers become slow.
constexpr int64_t most_vector_points = 20000;

/// How points look: the field's rule that area falls with their number, within what the eye can
/// make out.
struct PointStyle {
  double radius;  // points
  double opacity;
};

PointStyle point_style(const Scene& scene);

/// How far points' middles are to stay from the edges of their room, in points.
double point_inset(const PointStyle& style);

/// Draws all points of all maps. What was drawn on the page before may be lost.
void draw_points(Page& page, std::span<const Scene> scenes);

}  // namespace tsimcne
