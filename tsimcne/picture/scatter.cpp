#include "tsimcne/picture/scatter.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace tsimcne {

namespace {

/// The discs of a 3-D map, from the farthest points' to the nearest ones'.
constexpr std::array depths{0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3};
constexpr double rim = 0.6;  // white, around discs

/// A point as it is drawn.
struct Dot {
  Spot middle;
  size_t size;  // index into the radii of the picture
  Colour colour;
};

struct Dots {
  std::vector<Dot> dots{};      // the lowest first
  std::vector<double> radii{};  // points
  double opacity = 1;
  bool rims = false;
};

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

Dots arrange(const Scene& scene, const PointStyle& style) {
  Dots all{.opacity = style.opacity,
           .rims = scene.map.size() <= 1000};  // few, large discs are told apart by white rims
  for (const double share : depths) all.radii.push_back(share * style.radius);
  if (scene.map.points.cols == 2) all.radii = {style.radius};
  const std::vector<double> nearness = relative_nearness(scene.places);
  for (const int64_t i : drawing_order(scene)) {
    const auto at = static_cast<size_t>(i);
    const auto size =
        static_cast<size_t>(nearness[at] * static_cast<double>(all.radii.size() - 1) + 0.5);
    const Colour colour = scene.classes.colour_of(scene.map.catalog.labels[at]);
    all.dots.push_back({scene.spot(i), size, towards_white(colour, 0.4 * (1 - nearness[at]))});
  }
  return all;
}

std::vector<Disc> make_discs(const std::vector<double>& radii, double wider, double scale) {
  std::vector<Disc> discs;
  for (const double radius : radii) discs.emplace_back((radius + wider) * scale);
  return discs;
}

void draw_pixels(Page& page, const Dots& all) {
  Canvas canvas = page.canvas();
  const double scale = page.scale();
  const std::vector<Disc> discs = make_discs(all.radii, 0, scale);
  const std::vector<Disc> rims = make_discs(all.radii, rim, scale);
  for (const auto& [middle, size, colour] : all.dots) {
    const double x = middle.x * scale, y = middle.y * scale;
    if (all.rims) canvas.draw(rims[size], x, y, {1, 1, 1}, all.opacity);
    canvas.draw(discs[size], x, y, colour, all.opacity);
  }
  page.put(canvas);
}

void draw_discs(Page& page, const Dots& all) {
  for (const auto& [middle, size, colour] : all.dots) {
    if (all.rims) page.draw_dot(middle, all.radii[size] + rim, {1, 1, 1}, all.opacity);
    page.draw_dot(middle, all.radii[size], colour, all.opacity);
  }
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

double point_inset(const PointStyle& style) { return depths.back() * style.radius + 1; }

void draw_points(Page& page, const Scene& scene, const PointStyle& style) {
  const Dots all = arrange(scene, style);
  if (page.is_vector() && std::ssize(all.dots) <= most_vector_points) {
    draw_discs(page, all);
  } else {
    draw_pixels(page, all);
  }
}

}  // namespace tsimcne
