#include "tsimcne/picture/names.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

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

double median(std::vector<double>& values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// The indices of the largest classes that are shown, as many as a page may have room for.
std::vector<size_t> by_size(const Classes& classes) {
  std::vector<size_t> order(classes.labels.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](size_t i) {
    return classes.counts[static_cast<size_t>(classes.labels[i])];
  });
  order.resize(std::min<size_t>(order.size(), 500));
  return order;
}

}  // namespace

std::vector<std::optional<Box>> place_names(std::span<const NameTag> tags, const Box& bounds,
                                            double farthest) {
  std::vector<std::optional<Box>> boxes;
  for (const NameTag& tag : tags) boxes.push_back(place_name(tag, boxes, bounds, farthest));
  return boxes;
}

std::vector<Spot> class_medians(const Scene& scene) {
  const Classes& classes = scene.classes;
  std::vector<std::vector<double>> xs(classes.counts.size()), ys(classes.counts.size());
  for (int64_t i = 0; i < scene.map.size(); ++i) {
    const int32_t label = scene.map.catalog.labels[static_cast<size_t>(i)];
    if (!classes.shows(label)) continue;
    const Spot spot = scene.spot(i);
    xs[static_cast<size_t>(label)].push_back(spot.x);
    ys[static_cast<size_t>(label)].push_back(spot.y);
  }
  std::vector<Spot> medians;
  for (const int64_t label : classes.labels) {
    const auto at = static_cast<size_t>(label);
    medians.push_back({median(xs[at]), median(ys[at])});
  }
  return medians;
}

void draw_names(Page& page, const Scene& scene, std::span<const Spot> spots) {
  const Classes& classes = scene.classes;
  const TextStyle style{.size = classes.labels.size() <= 50 ? 7.5 : 6.5,
                        .width = 0.3 * scene.room.width};
  std::vector<Text> texts;
  std::vector<NameTag> tags;
  std::vector<Colour> colours;
  for (const size_t i : by_size(classes)) {
    const auto label = static_cast<size_t>(classes.labels[i]);
    texts.push_back(page.set_text(scene.map.catalog.label_names[label], style));
    tags.push_back({texts.back().width + 6, texts.back().height, spots[i].x, spots[i].y});
    colours.push_back(text_colour(classes.colours[label]));
  }
  const auto boxes = place_names(tags, scene.room, 40);
  for (size_t i = 0; i < boxes.size(); ++i) {
    if (!boxes[i]) continue;
    page.draw_text_with_halo(texts[i], boxes[i]->left + 3, boxes[i]->top, colours[i]);
  }
}

}  // namespace tsimcne
