#include "tsimcne/picture/scatter.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace tsimcne {

namespace {

/// The discs of a 3-D map, from the farthest points' to the nearest ones'.
constexpr std::array depths{0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3};
constexpr double rim = 0.6;  // white, around discs

/// How near each place is, from 0, the farthest, to 1.
std::vector<double> relative_nearness(const std::vector<Place>& places) {
  const auto [far, near] = std::ranges::minmax(places, {}, &Place::nearness);
  const double depth = near.nearness - far.nearness;
  std::vector<double> shares;
  for (const Place& place : places) {
    shares.push_back(depth > 0 ? (place.nearness - far.nearness) / depth : 1);
  }
  return shares;
}

/// The radii of discs, one for all points of a flat map.
std::vector<double> radii_of(const Scene& scene, const PointStyle& style) {
  if (scene.map.points.cols == 2) return {style.radius};
  std::vector<double> radii;
  for (const double share : depths) radii.push_back(share * style.radius);
  return radii;
}

/// Calls draw(middle, which of the radii, colour) for every point, the lowest first.
template <typename Draw>
void for_each_point(const Scene& scene, size_t radii, const Draw& draw) {
  const std::vector<double> nearness = relative_nearness(scene.places);
  for (const int64_t i : drawing_order(scene)) {
    const auto at = static_cast<size_t>(i);
    const auto which = static_cast<size_t>(nearness[at] * static_cast<double>(radii - 1) + 0.5);
    const Colour colour = scene.classes.colour_of(scene.map.catalog.labels[at]);
    draw(scene.spot(i), which, towards_white(colour, 0.4 * (1 - nearness[at])));
  }
}

/// Few, large discs are told apart by white rims.
bool has_rims(const Scene& scene) {
  return scene.map.size() <= 1000;
}

std::vector<Disc> make_discs(const std::vector<double>& radii, double wider, double scale) {
  std::vector<Disc> discs;
  for (const double radius : radii) discs.emplace_back((radius + wider) * scale);
  return discs;
}

void draw_pixels(Canvas& canvas, double scale, const Scene& scene) {
  const PointStyle style = point_style(scene);
  const std::vector<double> radii = radii_of(scene, style);
  const std::vector<Disc> discs = make_discs(radii, 0, scale), rims = make_discs(radii, rim, scale);
  for_each_point(scene, radii.size(), [&](const Spot& spot, size_t which, const Colour& colour) {
    const double x = spot.x * scale, y = spot.y * scale;
    if (has_rims(scene)) canvas.draw(rims[which], x, y, {1, 1, 1}, style.opacity);
    canvas.draw(discs[which], x, y, colour, style.opacity);
  });
}

void draw_discs(Page& page, const Scene& scene) {
  const PointStyle style = point_style(scene);
  const std::vector<double> radii = radii_of(scene, style);
  for_each_point(scene, radii.size(), [&](const Spot& spot, size_t which, const Colour& colour) {
    if (has_rims(scene)) page.draw_dot(spot, radii[which] + rim, {1, 1, 1}, style.opacity);
    page.draw_dot(spot, radii[which], colour, style.opacity);
  });
}

}  // namespace

PointStyle point_style(const Scene& scene) {
  const auto n = static_cast<double>(scene.map.size());
  const double page_share = scene.inches / 42;  // of the default 7 x 6 inches
  const double diameter = std::sqrt(std::clamp(120000 / n, 0.1, 30.0) * page_share);
  const double opacity = std::clamp(0.88 - 0.13 * std::log10(n / 500), 0.45, 0.88);
  // In one colour, depth tells density.
  return {diameter / 2, scene.classes.any() ? opacity : 0.6 * opacity};
}

double point_inset(const PointStyle& style) {
  return depths.back() * style.radius + 1;
}

void draw_points(Page& page, std::span<const Scene> scenes) {
  int64_t points = 0;
  for (const Scene& scene : scenes) points += scene.map.size();
  if (page.is_vector() && points <= most_vector_points) {
    for (const Scene& scene : scenes) draw_discs(page, scene);
    return;
  }
  Canvas canvas = page.canvas();
  for (const Scene& scene : scenes) draw_pixels(canvas, page.scale(), scene);
  page.put(canvas);
}

}  // namespace tsimcne
