#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>

#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/picture/metrics.hpp"
#include "tsimcne/picture/page.hpp"
#include "tsimcne/picture/palette.hpp"
#include "tsimcne/picture/picture.hpp"

// The curves of a run. All lengths on the page are in points.

namespace tsimcne {

namespace {

constexpr double gap = 5;
constexpr double name_height = 13;  // above a panel
constexpr Colour grid_grey{0.90, 0.90, 0.91}, stage_grey{0.62, 0.63, 0.65};

struct Quantity {
  const char* name;
  double EpochMetrics::*value;
  Colour colour;
};

const std::array<Quantity, 3> quantities{
    {{"loss", &EpochMetrics::loss, {0.20, 0.21, 0.23}},
     {"attraction", &EpochMetrics::attraction, {0, 0.34, 0.63}},
     {"repulsion", &EpochMetrics::repulsion, {0.8, 0.29, 0}}}};

/// Epochs of one stage, which follow each other.
struct Stage {
  size_t begin, end;  // epochs, from 0
};

std::vector<Stage> find_stages(const std::vector<EpochMetrics>& epochs) {
  std::vector<Stage> stages;
  for (size_t i = 0; i < epochs.size(); ++i) {
    if (i == 0 || epochs[i].stage != epochs[i - 1].stage) stages.push_back({i, i});
    stages.back().end = i + 1;
  }
  return stages;
}

/// The smallest of 1, 2 and 5 times a power of ten that goes into `range` at most `most` times.
double round_step(double range, double most) {
  const double least = range / most, power = std::pow(10, std::floor(std::log10(least)));
  for (const double digit : {1, 2, 5}) {
    if (digit * power >= least) return digit * power;
  }
  return 10 * power;
}

/// Round numbers from `low` to `high`, about `most` of them.
std::vector<double> ticks_between(double low, double high, double most) {
  const double step = round_step(high - low, most);
  std::vector<double> ticks;
  for (double i = std::ceil(low / step); i * step <= high; ++i) {
    ticks.push_back(i * step + 0.0);  // 0, not -0
  }
  return ticks;
}

/// A quantity's values over all epochs, in a box.
struct Panel {
  const Quantity& quantity;
  Box box;
  double low, high;  // the values at the box's lower and upper edge
  std::vector<double> ticks;
  std::vector<Text> tick_names;

  double y(double value) const { return box.bottom() - box.height * (value - low) / (high - low); }
};

Panel set_panel(const Page& page, const Quantity& quantity, const Box& box,
                const std::vector<EpochMetrics>& epochs) {
  const auto [least, most] = std::ranges::minmax(epochs, {}, quantity.value);
  const double low = least.*quantity.value, high = most.*quantity.value;
  // Where a quantity does not change its curve is in the middle.
  const double room = std::max(0.06 * (high - low), 1e-3 * std::max(std::abs(low), 1e-3));
  Panel panel{quantity, box, low - room, high + room, {}, {}};
  panel.ticks = ticks_between(panel.low, panel.high, std::max(4.0, box.height / 22));
  for (const double tick : panel.ticks) {
    panel.tick_names.push_back(page.set_text(fmt::format("{:g}", tick), small_text));
  }
  return panel;
}

/// The three panels one above the other, behind the widest of their ticks' names.
std::vector<Panel> set_panels(const Page& page, const Box& room,
                              const std::vector<EpochMetrics>& epochs) {
  std::vector<Panel> panels;
  const double height = room.height / static_cast<double>(quantities.size());
  double widest = 0;
  for (size_t i = 0; i < quantities.size(); ++i) {
    const Box box{room.left, room.top + height * static_cast<double>(i) + name_height, room.width,
                  height - name_height - gap};
    panels.push_back(set_panel(page, quantities[i], box, epochs));
    for (const Text& name : panels.back().tick_names) widest = std::max(widest, name.width);
  }
  for (Panel& panel : panels) {
    panel.box.left += widest + gap;
    panel.box.width -= widest + gap;
  }
  return panels;
}

/// Where an epoch (from 0; its end: half a one more) lies across a box.
double across(const Box& box, double epoch, size_t epochs) {
  return box.left + box.width * (epoch + 0.5) / static_cast<double>(epochs);
}

void draw_grid(Page& page, const Panel& panel) {
  const Box& box = panel.box;
  for (size_t i = 0; i < panel.ticks.size(); ++i) {
    const double y = panel.y(panel.ticks[i]);
    const Text& name = panel.tick_names[i];
    page.draw_line({box.left, y}, {box.right(), y}, 0.6, grid_grey);
    page.draw_text(name, box.left - gap - name.width, y - name.height / 2, ink);
  }
}

/// The quantity's name and curve, which begins anew with each stage: another last layer, other
/// numbers.
void draw_curve(Page& page, const Panel& panel, const std::vector<Stage>& stages,
                const std::vector<EpochMetrics>& epochs) {
  const Text name = page.set_text(panel.quantity.name, {.size = 8.5});
  page.draw_text_with_halo(name, panel.box.left, panel.box.top - name.height - 1,
                           panel.quantity.colour);
  for (const Stage& stage : stages) {
    std::vector<Spot> spots;
    for (size_t i = stage.begin; i < stage.end; ++i) {
      spots.push_back({across(panel.box, static_cast<double>(i), epochs.size()),
                       panel.y(epochs[i].*panel.quantity.value)});
    }
    page.draw_curve(spots, false, 1.2, panel.quantity.colour);
    if (epochs.size() > 60) continue;
    for (const Spot& spot : spots) page.draw_dot(spot, 1.7, panel.quantity.colour);
  }
}

/// What is said of a stage: as much as fits.
std::optional<Text> set_stage_name(const Page& page, const EpochMetrics& first,
                                   const EpochMetrics& last, double width) {
  if (width < small_text.size) return std::nullopt;
  const std::string dimensions = first.dimensions == last.dimensions
                                     ? fmt::format("{}", last.dimensions)
                                     : fmt::format("{} to {}", first.dimensions, last.dimensions);
  for (const std::string& name : {fmt::format("stage {}: {} dimensions", first.stage, dimensions),
                                  fmt::format("{} dimensions", dimensions), dimensions + "-D"}) {
    Text text = page.set_text(name, small_text);
    if (text.width + 4 <= width) return text;
  }
  return std::nullopt;
}

/// Names the stages over the panels and draws a line where one ends and the next begins.
void draw_stages(Page& page, const std::vector<Panel>& panels, const std::vector<Stage>& stages,
                 const std::vector<EpochMetrics>& epochs) {
  const Box& first = panels.front().box;
  const double top = first.top - name_height;
  for (const auto& [begin, end] : stages) {
    const double left = across(first, static_cast<double>(begin) - 0.5, epochs.size());
    const double right = across(first, static_cast<double>(end) - 0.5, epochs.size());
    if (begin > 0) {
      page.draw_line({left, top}, {left, panels.back().box.bottom()}, 0.7, stage_grey);
    }
    if (const auto name = set_stage_name(page, epochs[begin], epochs[end - 1], right - left)) {
      page.draw_text(*name, (left + right - name->width) / 2, top - name->height, ink);
    }
  }
}

void draw_epochs(Page& page, const Box& panel, size_t epochs) {
  page.draw_line({panel.left, panel.bottom()}, {panel.right(), panel.bottom()}, 0.8, ink);
  const double y = panel.bottom() + 4;
  const Text word = page.set_text("epoch", small_text);
  page.draw_text(word, panel.right() - word.width, y, ink);
  const double last = std::max(static_cast<double>(epochs), 1.5);
  for (const double tick : ticks_between(1, last, panel.width / 40)) {
    const Text name = page.set_text(fmt::format("{:g}", tick), small_text);
    const double x = across(panel, tick - 1, epochs);
    const bool is_free = x + name.width / 2 + gap < panel.right() - word.width;
    if (tick != std::round(tick) || !is_free) continue;
    page.draw_line({x, panel.bottom()}, {x, panel.bottom() + 2.5}, 0.8, ink);
    page.draw_text(name, x - name.width / 2, y, ink);
  }
}

}  // namespace

std::string draw_curves(const std::filesystem::path& metrics, const PictureOptions& options,
                        const std::filesystem::path& path) {
  const PageFormat format = format_of(path);
  check_page(options.width, options.height, options.dpi);
  const std::vector<EpochMetrics> epochs = read_metrics(metrics);
  Page page(format, options.width, options.height, options.dpi);
  Box room = page.inside();
  if (!options.title.empty()) {
    const auto [title, rest] = set_title(page, options.title, room);
    page.draw_text(title, room.left, room.top, ink);
    room = rest;
  }
  const Text measure = page.set_text("0", small_text);
  room.top += measure.height;  // for the stages' names
  room.height -= 2 * measure.height + 2;

  const std::vector<Stage> stages = find_stages(epochs);
  const std::vector<Panel> panels = set_panels(page, room, epochs);
  for (const Panel& panel : panels) draw_grid(page, panel);
  draw_stages(page, panels, stages, epochs);
  for (const Panel& panel : panels) draw_curve(page, panel, stages, epochs);
  draw_epochs(page, panels.back().box, epochs.size());
  write_whole_file(path, page.finish());
  return page.doubt();
}

}  // namespace tsimcne
