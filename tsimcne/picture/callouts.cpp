#include "tsimcne/picture/callouts.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "tsimcne/picture/thumbnail.hpp"

namespace tsimcne {

namespace {

constexpr size_t most_callouts = 20;
constexpr size_t most_classes = 200;  // the largest, among which the densest are looked for
constexpr int images_across = 3, images_down = 2;
constexpr double image_gap = 1;     // points
constexpr double box_gap = 6;       // at least, between two boxes
constexpr double leader_room = 14;  // between boxes and map
constexpr double smallest_image = 11, largest_image = 44;

double distance(const Spot& a, const Spot& b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

/// The points of a label, or all of them for -1.
std::vector<int64_t> points_of(const Map& map, int64_t label) {
  std::vector<int64_t> points;
  for (int64_t i = 0; i < map.size(); ++i) {
    if (label < 0 || map.catalog.labels[static_cast<size_t>(i)] == label) points.push_back(i);
  }
  return points;
}

/// The images of a class (or of all: -1) that lie nearest to a place.
std::vector<int64_t> nearest_images(const Scene& scene, int64_t label, const Place& peak) {
  std::vector<int64_t> points = points_of(scene.map, label);
  const auto count = std::min<std::ptrdiff_t>(images_across * images_down, std::ssize(points));
  std::ranges::partial_sort(points, points.begin() + count, {}, [&](int64_t i) {
    const Place& place = scene.places[static_cast<size_t>(i)];
    return std::pair(std::hypot(place.x - peak.x, place.y - peak.y), i);
  });
  points.resize(static_cast<size_t>(count));
  return points;
}

/// The largest classes that are shown.
std::vector<size_t> largest_classes(const Classes& classes) {
  std::vector<size_t> indices(classes.labels.size());
  std::iota(indices.begin(), indices.end(), size_t{0});
  std::ranges::stable_sort(indices, std::greater(), [&](size_t i) {
    return classes.counts[static_cast<size_t>(classes.labels[i])];
  });
  indices.resize(std::min(indices.size(), most_classes));
  return indices;
}

std::vector<Callout> callouts_of_classes(const Scene& scene, const Grid& grid) {
  const auto places = places_by_class(scene);
  std::vector<std::pair<double, Callout>> found;
  for (const size_t i : largest_classes(scene.classes)) {
    const std::vector<double> density = density_of(grid, places[i]);
    const auto peak = std::ranges::max_element(density);
    const auto label = static_cast<size_t>(scene.classes.labels[i]);
    found.emplace_back(*peak,
                       Callout{.peak = grid.middle_of(static_cast<size_t>(peak - density.begin())),
                               .name = scene.map.catalog.label_names[label],
                               .colour = scene.classes.colours[label]});
    found.back().second.images =
        nearest_images(scene, scene.classes.labels[i], found.back().second.peak);
  }
  std::ranges::stable_sort(found, std::greater(), [](const auto& one) { return one.first; });
  std::vector<Callout> callouts;
  for (auto& [density, callout] : found) callouts.push_back(std::move(callout));
  return callouts;
}

std::vector<Callout> callouts_of_peaks(const Scene& scene, const Grid& grid) {
  std::vector<Callout> callouts;
  for (const Peak& peak : find_peaks(grid, density_of(grid, scene.places))) {
    if (callouts.size() == most_callouts) break;
    const Place place = grid.middle_of(peak.cell);
    callouts.push_back({.peak = place, .images = nearest_images(scene, -1, place)});
  }
  return callouts;
}

/// How many boxes stand on each side of the map.
struct Sides {
  int64_t left = 0, right = 0, top = 0, bottom = 0;

  int64_t sum() const { return left + right + top + bottom; }
};

/// The sizes of all boxes with images of one size, in one room.
struct BoxSizes {
  BoxSizes(const Box& whole, double side, bool named)
      : room(whole),
        image_side(side),
        width(images_across * side + (images_across - 1) * image_gap),
        height(images_down * side + (images_down - 1) * image_gap +
               (named ? callout_name_height : 0)) {}

  double inner_width() const { return room.width - 2 * (width + leader_room); }
  int64_t most_in_column() const {
    return static_cast<int64_t>((room.height + box_gap) / (height + box_gap));
  }
  int64_t most_in_row() const {
    const double inner_height = room.height - 2 * (height + leader_room);
    if (inner_height < 0.25 * room.height) return 0;  // rows would leave no map
    const double boxes = (inner_width() + box_gap) / (width + box_gap);
    return std::max<int64_t>(0, static_cast<int64_t>(boxes));
  }

  /// As many of `count` boxes as fit, left and right of the map or, in proportion to their lengths,
  /// on all its sides.
  Sides divide(int64_t count, bool on_all_sides) const {
    const int64_t columns = 2 * most_in_column(), rows = on_all_sides ? 2 * most_in_row() : 0;
    count = std::min(count, columns + rows);
    const double share = inner_width() / (inner_width() + room.height);
    const auto fair = static_cast<int64_t>(std::lround(static_cast<double>(count) * share));
    const int64_t in_rows = std::clamp(fair, std::max<int64_t>(0, count - columns), rows);
    const int64_t in_columns = count - in_rows;
    return {(in_columns + 1) / 2, in_columns / 2, (in_rows + 1) / 2, in_rows / 2};
  }

  Box room;
  double image_side;
  double width, height;  // of a box
};

/// The largest boxes with which all of `count` fit: left and right of the map, since pages are
/// mostly wide, unless they would be small there.
std::pair<BoxSizes, Sides> divide_page(const Box& room, int64_t count, bool named) {
  const double name = named ? callout_name_height : 0;
  const double largest = std::min(
      {largest_image, 0.17 * room.width / images_across, (0.2 * room.height - name) / images_down});
  for (const bool on_all_sides : {false, true}) {
    const double smallest = std::max(smallest_image, on_all_sides ? 0 : 0.6 * largest);
    for (double side = largest; side >= smallest; side *= 0.95) {
      const BoxSizes sizes(room, side, named);
      const Sides sides = sizes.divide(count, on_all_sides);
      if (sides.sum() == count) return {sizes, sides};
    }
  }
  const BoxSizes sizes(room, smallest_image, named);
  return {sizes, sizes.divide(count, true)};
}

/// Boxes evenly down the left and the right edge. Where rows stand above and below the map, the
/// ends of leaders stay at their height or between them: then all ends lie on one rectangle, and no
/// leader to a peak within it crosses a box.
void add_columns(std::vector<CalloutPlace>& places, const BoxSizes& sizes, const Sides& sides) {
  const Box& room = sizes.room;
  const double highest = room.top + (sides.top > 0 ? sizes.height : 0);
  const double lowest = room.bottom() - (sides.bottom > 0 ? sizes.height : 0);
  for (const auto& [count, left] :
       {std::pair(sides.left, room.left), std::pair(sides.right, room.right() - sizes.width)}) {
    for (int64_t i = 0; i < count; ++i) {
      const double middle =
          room.top + room.height * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
      const Box box{left, middle - sizes.height / 2, sizes.width, sizes.height};
      const double inner = left == room.left ? box.right() : box.left;
      places.push_back({box, {inner, std::clamp(middle, highest, lowest)}});
    }
  }
}

void add_row(std::vector<CalloutPlace>& places, const BoxSizes& sizes, int64_t count, bool is_top) {
  const Box& room = sizes.room;
  const double left = room.left + sizes.width + leader_room;
  for (int64_t i = 0; i < count; ++i) {
    const double middle =
        left + sizes.inner_width() * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    const Box box{middle - sizes.width / 2, is_top ? room.top : room.bottom() - sizes.height,
                  sizes.width, sizes.height};
    places.push_back({box, {middle, is_top ? box.bottom() : box.top}});
  }
}

/// The indices of spots in the order of their angles around a middle.
std::vector<size_t> by_angle(std::span<const Spot> spots, const Spot& middle) {
  std::vector<size_t> order(spots.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) {
    return std::atan2(spots[i].y - middle.y, spots[i].x - middle.x);
  });
  return order;
}

void draw_images(Page& page, const ImageSet& images, const Callout& callout, const Box& box,
                 double side) {
  const double top = box.bottom() - images_down * side - (images_down - 1) * image_gap;
  for (size_t i = 0; i < callout.images.size(); ++i) {
    const auto row = static_cast<int>(i) / images_across,
               column = static_cast<int>(i) % images_across;
    draw_thumbnail(page, images,
                   {.image = callout.images[i],
                    .box = {box.left + column * (side + image_gap), top + row * (side + image_gap),
                            side, side},
                    .frame = callout.name.empty() ? unlabelled_grey : callout.colour});
  }
}

void draw_leader(Page& page, const Spot& from, const Spot& to, double dot, const Colour& colour) {
  page.draw_line(from, to, 2.2, {1, 1, 1});
  page.draw_dot(to, 1.5 * dot, {1, 1, 1});
  page.draw_line(from, to, 0.8, colour);
  page.draw_dot(to, dot, colour);
}

}  // namespace

std::vector<Callout> find_callouts(const Scene& scene, const Grid& grid) {
  std::vector<Callout> callouts =
      scene.classes.any() ? callouts_of_classes(scene, grid) : callouts_of_peaks(scene, grid);
  callouts.resize(std::min(callouts.size(), most_callouts));
  return callouts;
}

CalloutPlan plan_callouts(const Box& room, int64_t count, bool named) {
  const auto [sizes, sides] = divide_page(room, count, named);
  CalloutPlan plan{.image_side = sizes.image_side};
  add_columns(plan.places, sizes, sides);
  add_row(plan.places, sizes, sides.top, true);
  add_row(plan.places, sizes, sides.bottom, false);
  const double top = sides.top > 0 ? sizes.height + leader_room : 0;
  const double bottom = sides.bottom > 0 ? sizes.height + leader_room : 0;
  plan.room = {room.left + sizes.width + leader_room, room.top + top, sizes.inner_width(),
               room.height - top - bottom};
  return plan;
}

std::vector<size_t> assign_places(std::span<const Spot> peaks,
                                  std::span<const CalloutPlace> places) {
  std::vector<Spot> ends;
  Spot middle;
  for (const CalloutPlace& place : places) {
    ends.push_back(place.end);
    middle.x += place.end.x / static_cast<double>(places.size());
    middle.y += place.end.y / static_cast<double>(places.size());
  }
  const std::vector<size_t> peak_order = by_angle(peaks, middle),
                            end_order = by_angle(ends, middle);
  std::vector<size_t> place_of(peaks.size());
  for (size_t i = 0; i < peaks.size(); ++i) place_of[peak_order[i]] = end_order[i];

  // Two leaders that cross are longer together than if they changed their ends. So where no change
  // makes any two shorter, none cross.
  const auto length = [&](size_t peak, size_t place) { return distance(peaks[peak], ends[place]); };
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (size_t i = 0; i < peaks.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        size_t &a = place_of[i], &b = place_of[j];
        if (length(i, b) + length(j, a) > length(i, a) + length(j, b) - 1e-9) continue;
        std::swap(a, b);
        shorter = true;
      }
    }
  }
  return place_of;
}

void draw_callouts(Page& page, const Scene& scene, const ImageSet& images,
                   std::span<const Callout> callouts, const CalloutPlan& plan) {
  std::vector<Spot> peaks;
  for (const Callout& callout : callouts.first(plan.places.size())) {
    peaks.push_back(scene.transform(callout.peak));
  }
  const std::vector<size_t> place_of = assign_places(peaks, plan.places);
  const double dot = std::clamp(0.08 * plan.image_side, 1.4, 2.1);
  for (size_t i = 0; i < peaks.size(); ++i) {
    draw_leader(page, plan.places[place_of[i]].end, peaks[i], dot, text_colour(callouts[i].colour));
  }
  for (size_t i = 0; i < peaks.size(); ++i) {
    const Box& box = plan.places[place_of[i]].box;
    draw_images(page, images, callouts[i], box, plan.image_side);
    if (callouts[i].name.empty()) continue;
    const TextStyle style{.size = std::clamp(box.width / 6, 5.5, 7.0),
                          .width = box.width + box_gap / 2};
    const Text name = page.set_text(callouts[i].name, style);
    page.draw_text(name, box.left, box.top + (callout_name_height - name.height) / 2 - 1,
                   text_colour(callouts[i].colour));
  }
}

}  // namespace tsimcne
