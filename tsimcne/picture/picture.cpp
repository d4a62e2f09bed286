#include "tsimcne/picture/picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/picture/canvas.hpp"
#include "tsimcne/picture/names.hpp"
#include "tsimcne/picture/page.hpp"
#include "tsimcne/picture/palette.hpp"
#include "tsimcne/picture/projection.hpp"
#include "tsimcne/random.hpp"

// All lengths on the page are in points, 1/72 inch.

namespace tsimcne {

namespace {

constexpr double margin = 12;
constexpr double gap = 10;  // between the map and what stands beside or below it
constexpr int64_t most_in_legend = 20;
constexpr Colour ink{0.25, 0.26, 0.28};
constexpr TextStyle small_text{.size = 7.5};

/// The classes that have points.
struct Classes {
  std::vector<int64_t> labels;  // those that occur, ascending
  std::vector<int64_t> counts;  // points of each label, occurring or not
  std::vector<Colour> colours;  // of each label
  int64_t unlabelled = 0;

  bool any() const { return !labels.empty(); }
  bool in_legend() const { return any() && std::ssize(labels) <= most_in_legend; }
  Colour colour_of(int32_t label) const {
    if (label >= 0) return colours[static_cast<size_t>(label)];
    return any() ? unlabelled_grey : single_blue;
  }
};

Classes find_classes(const Catalog& catalog) {
  Classes classes;
  classes.counts.resize(catalog.label_names.size());
  for (const int32_t label : catalog.labels) {
    if (label < 0) {
      ++classes.unlabelled;
    } else {
      ++classes.counts[static_cast<size_t>(label)];
    }
  }
  for (int64_t label = 0; label < std::ssize(classes.counts); ++label) {
    if (classes.counts[static_cast<size_t>(label)] > 0) classes.labels.push_back(label);
  }
  classes.colours = class_colours(std::ssize(classes.counts));
  return classes;
}

struct LegendRow {
  Text text;
  Colour colour;
};

struct Legend {
  std::vector<LegendRow> rows;
  double row_height = 0, width = 0;
};

constexpr double swatch_width = 12;

Legend set_legend(const Page& page, const Classes& classes, const Catalog& catalog,
                  const Box& room) {
  Legend legend;
  if (!classes.in_legend()) return legend;
  const auto count = static_cast<double>(classes.labels.size() + (classes.unlabelled > 0));
  legend.row_height = std::min(14.0, room.height / count);
  const TextStyle style{.size = legend.row_height * 0.64, .width = 0.32 * room.width};
  const auto add = [&](const std::string& name, const Colour& colour) {
    legend.rows.push_back({page.set_text(name, style), colour});
    legend.width = std::max(legend.width, swatch_width + legend.rows.back().text.width);
  };
  for (const int64_t label : classes.labels) {
    add(catalog.label_names[static_cast<size_t>(label)],
        classes.colours[static_cast<size_t>(label)]);
  }
  if (classes.unlabelled > 0) add("no label", unlabelled_grey);
  return legend;
}

void draw_legend(Page& page, const Legend& legend, const Box& map_box) {
  double y = map_box.top +
             (map_box.height - legend.row_height * static_cast<double>(legend.rows.size())) / 2;
  const double x = map_box.right() + gap;
  for (const LegendRow& row : legend.rows) {
    page.draw_dot(x + 3.5, y + legend.row_height / 2, legend.row_height * 0.25, row.colour);
    page.draw_text(row.text, x + swatch_width, y + (legend.row_height - row.text.height) / 2, ink);
    y += legend.row_height;
  }
}

/// How points look: the field's rule that area falls with their number, within what the eye can
/// make out.
struct PointStyle {
  double radius;  // points
  double opacity;
};

PointStyle point_style(int64_t count, bool labelled, const PictureOptions& options) {
  const auto n = static_cast<double>(count);
  const double page_share = options.width * options.height / 42;  // of the default 7 x 6 inches
  const double diameter = std::sqrt(std::clamp(120000 / n, 0.1, 30.0) * page_share);
  const double opacity = std::clamp(0.88 - 0.13 * std::log10(n / 500), 0.45, 0.88);
  return {diameter / 2, labelled ? opacity : 0.6 * opacity};  // in one colour, depth tells density
}

/// From the map's plane to the page, one scale for both directions.
struct Transform {
  double scale = 1, left = 0, top = 0;

  double x(const Place& place) const { return left + scale * place.x; }
  double y(const Place& place) const { return top - scale * place.y; }
};

/// Puts all places into the box, with `inset` to its edges.
Transform fit(const std::vector<Place>& places, const Box& box, double inset) {
  const auto [west, east] = std::ranges::minmax(places, {}, &Place::x);
  const auto [south, north] = std::ranges::minmax(places, {}, &Place::y);
  const double width = east.x - west.x, height = north.y - south.y;
  Transform transform;
  if (width > 0 || height > 0) {
    transform.scale = std::min((box.width - 2 * inset) / width, (box.height - 2 * inset) / height);
  }
  transform.left = box.left + box.width / 2 - transform.scale * (west.x + width / 2);
  transform.top = box.top + box.height / 2 + transform.scale * (south.y + height / 2);
  return transform;
}

/// At random, so that no class hides another; points without a label below the others, and in a
/// 3-D map the far ones below the near ones.
std::vector<int64_t> drawing_order(const std::vector<Place>& places, const Map& map,
                                   uint64_t seed) {
  Random random(seed, Stream::drawing);
  std::vector<int64_t> order = random_order(map.size(), random);
  if (map.points.cols == 3) {
    std::ranges::stable_sort(order, {},
                             [&](int64_t i) { return places[static_cast<size_t>(i)].nearness; });
  } else {
    std::ranges::stable_partition(
        order, [&](int64_t i) { return map.catalog.labels[static_cast<size_t>(i)] < 0; });
  }
  return order;
}

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

/// The discs of one look, small for far points to large for near ones.
std::vector<Disc> make_discs(double radius, int64_t dimensions) {
  if (dimensions == 2) return {Disc(radius)};
  std::vector<Disc> discs;
  for (const double share : {0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3}) discs.emplace_back(share * radius);
  return discs;
}

/// Draws all points; `scale` is pixels a point of the page.
void draw_points(Canvas& canvas, const Map& map, const Classes& classes,
                 const std::vector<Place>& places, const Transform& transform,
                 const PointStyle& style, double scale, uint64_t seed) {
  const std::vector<double> nearness = relative_nearness(places);
  const std::vector<Disc> discs = make_discs(style.radius * scale, map.points.cols);
  const bool rims = map.size() <= 1000;  // few, large discs are told apart by white rims
  const std::vector<Disc> rim_discs = make_discs((style.radius + 0.6) * scale, map.points.cols);
  for (const int64_t i : drawing_order(places, map, seed)) {
    const auto at = static_cast<size_t>(i);
    const auto size =
        static_cast<size_t>(nearness[at] * static_cast<double>(discs.size() - 1) + 0.5);
    const double x = transform.x(places[at]) * scale, y = transform.y(places[at]) * scale;
    const Colour colour =
        towards_white(classes.colour_of(map.catalog.labels[at]), 0.4 * (1 - nearness[at]));
    if (rims) canvas.draw(rim_discs[size], x, y, {1, 1, 1}, style.opacity);
    canvas.draw(discs[size], x, y, colour, style.opacity);
  }
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// The median place of each class that has points, on the page.
std::vector<std::pair<double, double>> class_medians(const Map& map, const Classes& classes,
                                                     const std::vector<Place>& places,
                                                     const Transform& transform) {
  std::vector<std::vector<double>> xs(classes.counts.size()), ys(classes.counts.size());
  for (size_t i = 0; i < places.size(); ++i) {
    const int32_t label = map.catalog.labels[i];
    if (label < 0) continue;
    xs[static_cast<size_t>(label)].push_back(transform.x(places[i]));
    ys[static_cast<size_t>(label)].push_back(transform.y(places[i]));
  }
  std::vector<std::pair<double, double>> medians;
  for (const int64_t label : classes.labels) {
    const auto at = static_cast<size_t>(label);
    medians.emplace_back(median(xs[at]), median(ys[at]));
  }
  return medians;
}

/// Writes the classes' names at their medians, the largest classes' first; a name for which there
/// is no room nearby is left out.
void draw_names(Page& page, const Map& map, Classes classes, const std::vector<Place>& places,
                const Transform& transform, const Box& bounds) {
  std::ranges::stable_sort(classes.labels, std::greater(), [&](int64_t label) {
    return classes.counts[static_cast<size_t>(label)];
  });
  const TextStyle style{.size = classes.labels.size() <= 50 ? 7.5 : 6.5,
                        .width = 0.3 * bounds.width};
  const auto medians = class_medians(map, classes, places, transform);
  std::vector<Text> texts;
  std::vector<NameTag> tags;
  for (size_t i = 0; i < medians.size(); ++i) {
    const auto label = static_cast<size_t>(classes.labels[i]);
    texts.push_back(page.set_text(map.catalog.label_names[label], style));
    tags.push_back(
        {texts.back().width + 6, texts.back().height, medians[i].first, medians[i].second});
  }
  const auto boxes = place_names(tags, bounds, 40);
  for (size_t i = 0; i < boxes.size(); ++i) {
    if (!boxes[i]) continue;
    const Colour colour = text_colour(classes.colours[static_cast<size_t>(classes.labels[i])]);
    page.draw_text_with_halo(texts[i], boxes[i]->left + 3, boxes[i]->top, colour);
  }
}

/// The largest of 1, 2 and 5 times a power of ten that is not above `length`.
double round_length(double length) {
  const double power = std::pow(10, std::floor(std::log10(length)));
  const double digits = length / power;
  return (digits >= 5 ? 5 : digits >= 2 ? 2 : 1) * power;
}

void draw_scale_bar(Page& page, const Transform& transform, double left, double middle,
                    double longest) {
  const double length = round_length(longest / transform.scale), drawn = length * transform.scale;
  page.draw_line(left, middle, left + drawn, middle, 1.2, ink);
  const Text text = page.set_text(fmt::format("{:g}", length), small_text);
  page.draw_text(text, left + drawn + 5, middle - text.height / 2, ink);
}

/// The three axes' directions, as long as the number beside them tells.
void draw_tripod(Page& page, const Transform& transform, double left, double bottom) {
  constexpr double longest = 26;
  const double length = round_length(longest / transform.scale), arm = length * transform.scale;
  const double x = left + 6, y = bottom - 14;
  constexpr std::array<std::array<float, 3>, 3> axes{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  for (size_t i = 0; i < 3; ++i) {
    const Place tip = project(axes[i]);
    page.draw_line(x, y, x + arm * tip.x, y - arm * tip.y, 1.2, ink);
    const Text name = page.set_text(std::string(1, "xyz"[i]), small_text);
    const double reach = std::hypot(tip.x, tip.y), beyond = 6;
    page.draw_text(name, x + tip.x * (arm + beyond / reach) - name.width / 2,
                   y - tip.y * (arm + beyond / reach) - name.height / 2, ink);
  }
  const Text text = page.set_text(fmt::format("axes of length {:g}", length), small_text);
  page.draw_text(text, x + longest + 18, y - text.height / 2, ink);
}

/// What stands where on the page.
struct Plan {
  std::optional<Text> note;
  double foot = 0;  // where the scale ends and the note begins
  Legend legend;
  Box room;  // for the map
};

/// Goes from the page's edges inwards: the note, the scale, the legend; the map takes what is left.
Plan plan_page(const Page& page, const Map& map, const Classes& classes,
               const PictureOptions& options) {
  Plan plan;
  plan.room = {margin, margin, 72 * options.width - 2 * margin, 72 * options.height - 2 * margin};
  if (!map.note.empty()) {
    plan.note = page.set_text(map.note, {.size = 7.5, .width = plan.room.width, .lines = 3});
    plan.room.height -= plan.note->height + 4;
  }
  plan.foot = plan.room.bottom();
  plan.room.height -= map.points.cols == 3 ? 50 : 12 + gap / 2;
  plan.legend = set_legend(page, classes, map.catalog, plan.room);
  if (!plan.legend.rows.empty()) plan.room.width -= plan.legend.width + gap;
  return plan;
}

void check(const Map& map, const PictureOptions& options) {
  if (map.size() == 0) fail("the map has no points to draw");
  if (std::ssize(map.catalog.labels) != map.size()) {
    fail("the map has {} points and {} labels; expected as many", map.size(),
         map.catalog.labels.size());
  }
  if (!std::ranges::all_of(map.points.values, [](float x) { return std::isfinite(x); })) {
    fail("the map has coordinates that are not finite numbers and cannot be drawn");
  }
  for (const double inches : {options.width, options.height}) {
    const double pixels = inches * options.dpi;
    if (!(inches >= 2 && inches <= 100 && pixels >= 50 && pixels <= 16384)) {
      fail(
          "a picture of {} x {} inches at {} dpi was asked for; expected sides of 2 to 100 inches "
          "and 50 to 16384 pixels",
          options.width, options.height, options.dpi);
    }
  }
}

}  // namespace

void draw_map(const Map& map, const PictureOptions& options, const std::filesystem::path& path) {
  check(map, options);
  const double scale = options.dpi / 72;
  const int width = static_cast<int>(std::lround(options.width * options.dpi));
  const int height = static_cast<int>(std::lround(options.height * options.dpi));
  Page page(width, height, scale);
  const Classes classes = find_classes(map.catalog);
  const Plan plan = plan_page(page, map, classes, options);

  const std::vector<Place> places = project(map.points);
  const PointStyle style = point_style(map.size(), classes.any(), options);
  const Transform transform = fit(places, plan.room, 1.3 * style.radius + 1);
  Canvas canvas(width, height);
  draw_points(canvas, map, classes, places, transform, style, scale, options.seed);
  page.put(canvas);

  draw_legend(page, plan.legend, plan.room);
  if (classes.any() && !classes.in_legend()) {
    draw_names(page, map, classes, places, transform, plan.room);
  }
  if (map.points.cols == 3) {
    draw_tripod(page, transform, margin, plan.foot);
  } else {
    draw_scale_bar(page, transform, margin, plan.foot - 6, 0.2 * plan.room.width);
  }
  if (plan.note) page.draw_text(*plan.note, margin, plan.foot + 4, ink);
  write_whole_file(path, page.png());
}

}  // namespace tsimcne
