#include "tsimcne/picture/names.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tsimcne {

namespace {

bool overlap(const Box& a, const Box& b) {
  return a.left < b.right() && b.left < a.right() && a.top < b.bottom() && b.top < a.bottom();
}

Box box_around(const NameTag& tag, double dx, double dy, const Box& bounds) {
  const double left = tag.x + dx - tag.width / 2, top = tag.y + dy - tag.height / 2;
  const double most_left = std::max(bounds.left, bounds.right() - tag.width);
  const double lowest = std::max(bounds.top, bounds.bottom() - tag.height);
  return {std::clamp(left, bounds.left, most_left), std::clamp(top, bounds.top, lowest), tag.width,
          tag.height};
}

std::optional<Box> place_name(const NameTag& tag, std::span<const std::optional<Box>> taken,
                              const Box& bounds, double farthest) {
  constexpr double step = 2;  // points between the rings that are tried
  for (double distance = 0; distance <= farthest; distance += step) {
    const int places = std::max(1, static_cast<int>(2 * std::numbers::pi * distance / 4));
    for (int i = 0; i < places; ++i) {
      const double angle = 2 * std::numbers::pi * (i + 0.25 * places) / places;
      const Box box =
          box_around(tag, distance * std::cos(angle), distance * std::sin(angle), bounds);
      const auto hit = [&box](const std::optional<Box>& other) {
        return other && overlap(box, *other);
      };
      if (std::ranges::none_of(taken, hit)) return box;
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::optional<Box>> place_names(std::span<const NameTag> tags, const Box& bounds,
                                            double farthest) {
  std::vector<std::optional<Box>> boxes;
  for (const NameTag& tag : tags) boxes.push_back(place_name(tag, boxes, bounds, farthest));
  return boxes;
}

}  // namespace tsimcne
