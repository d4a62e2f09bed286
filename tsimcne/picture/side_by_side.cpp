#include "tsimcne/picture/side_by_side.hpp"

#include <algorithm>
#include <vector>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/picture/classes.hpp"
#include "tsimcne/picture/legend.hpp"
#include "tsimcne/picture/page.hpp"
#include "tsimcne/picture/scatter.hpp"
#include "tsimcne/picture/scene.hpp"

// All lengths on the page are in points, 1/72 inch, but for the page's own in inches.

namespace tsimcne {

namespace {

constexpr double inch = 72, dots_an_inch = 250;
constexpr double widest = 7 * inch, largest_side = 2.6 * inch;
constexpr double gap = 14;           // between places
constexpr double title_height = 15;  // above a map
constexpr double legend_gap = 13;    // between names of the legend, and above it

int64_t columns_for(int64_t maps) {
  if (maps <= 3) return maps;
  if (maps == 4) return 2;
  return maps <= 6 || maps == 9 ? 3 : 4;
}

/// Where everything stands.
struct Places {
  int64_t columns = 1, rows = 1;
  double side = 0;  // of a map's place

  double width() const { return 2 * margin + static_cast<double>(columns) * (side + gap) - gap; }
  double bottom() const {
    return margin + static_cast<double>(rows) * (side + title_height + gap) - gap;
  }
  /// With the title.
  Box of(size_t map) const {
    const int64_t row = static_cast<int64_t>(map) / columns,
                  column = static_cast<int64_t>(map) % columns;
    return {margin + static_cast<double>(column) * (side + gap),
            margin + static_cast<double>(row) * (side + title_height + gap), side,
            side + title_height};
  }
};

/// As wide as a page of a paper where there are three columns or more.
Places places_for(int64_t maps) {
  Places places;
  places.columns = columns_for(maps);
  places.rows = (maps + places.columns - 1) / places.columns;
  const auto columns = static_cast<double>(places.columns);
  places.side = std::min((widest - 2 * margin + gap) / columns - gap, largest_side);
  return places;
}

/// The names of a legend in lines across the page: for each line the first name and the width.
struct LegendLine {
  size_t first = 0, count = 0;
  double width = 0;
};

double width_of(const Legend& legend, const LegendRow& row) {
  return legend.row_height * 6 / 7 + row.text.width;
}

std::vector<LegendLine> break_at(const Legend& legend, double width) {
  std::vector<LegendLine> lines;
  for (size_t i = 0; i < legend.rows.size(); ++i) {
    const double own = width_of(legend, legend.rows[i]);
    if (lines.empty() || lines.back().width + legend_gap + own > width) {
      lines.push_back({i, 1, own});
      continue;
    }
    ++lines.back().count;
    lines.back().width += legend_gap + own;
  }
  return lines;
}

/// As few lines as there can be, all about as long.
std::vector<LegendLine> break_legend(const Legend& legend, double width) {
  const size_t fewest = break_at(legend, width).size();
  double narrow = width / 2;
  while (narrow < width && break_at(legend, narrow).size() > fewest) narrow += 4;
  return break_at(legend, std::min(narrow, width));
}

void draw_legend_lines(Page& page, const Legend& legend, std::span<const LegendLine> lines,
                       double top) {
  for (const LegendLine& line : lines) {
    double left = page.inside().middle().x - line.width / 2;
    for (const LegendRow& row : std::span(legend.rows).subspan(line.first, line.count)) {
      page.draw_dot({left + legend.row_height / 4, top + legend.row_height / 2},
                    legend.row_height / 4, row.colour);
      page.draw_text(row.text, left + legend.row_height * 6 / 7,
                     top + (legend.row_height - row.text.height) / 2, ink);
      left += width_of(legend, row) + legend_gap;
    }
    top += legend.row_height * 1.25;
  }
}

void draw_titles(Page& page, const TitledMap& map, const Box& place) {
  constexpr Colour grey{0.45, 0.46, 0.48};
  const Text title = page.set_text(map.title, {.size = 9, .width = place.width});
  page.draw_text(title, place.left, place.top, ink);
  const double left = title.width + 7, room = place.width - left;
  const Text subtitle = page.set_text(map.subtitle, {.size = 7.5, .width = room});
  if (room < 20 || subtitle.width > room) return;
  page.draw_text(subtitle, place.left + left, place.top + title.height - subtitle.height - 0.6,
                 grey);
}

Scene scene_in(const TitledMap& map, const Classes& classes, const Box& place, uint64_t seed) {
  const Box room{place.left, place.top + title_height, place.width, place.height - title_height};
  Scene scene{.map = *map.map,
              .classes = classes,
              .seed = seed,
              .places = project(map.map->points),
              .room = room,
              .inches = 1.25 * room.width * room.height / (inch * inch)};
  scene.transform = fit(scene.places, room, point_inset(point_style(scene)));
  return scene;
}

}  // namespace

void draw_side_by_side(std::span<const TitledMap> maps, const std::filesystem::path& path,
                       uint64_t seed) {
  const PageFormat format = format_of(path);
  if (maps.empty()) fail("there is no map to draw");
  for (const TitledMap& map : maps) check_drawable(*map.map);
  const Places places = places_for(std::ssize(maps));
  const double width = places.width() / inch;

  const Classes classes = find_classes(maps.front().map->catalog, {});
  const Page sheet(format, width, width, dots_an_inch);  // to set the legend on
  const Legend legend =
      set_legend(sheet, classes, maps.front().map->catalog, {0, 0, 360, 20 * inch});
  const std::vector<LegendLine> lines = break_legend(legend, sheet.inside().width);
  const double legend_height =
      lines.empty() ? 0 : legend_gap + legend.row_height * 1.25 * static_cast<double>(lines.size());

  const double height = (places.bottom() + legend_height + margin) / inch;
  check_page(width, height, dots_an_inch);
  Page page(format, width, height, dots_an_inch);
  std::vector<Scene> scenes;
  for (size_t i = 0; i < maps.size(); ++i) {
    scenes.push_back(scene_in(maps[i], classes, places.of(i), seed));
  }
  draw_points(page, scenes);
  for (size_t i = 0; i < maps.size(); ++i) draw_titles(page, maps[i], places.of(i));
  draw_legend_lines(page, legend, lines, places.bottom() + legend_gap);
  write_whole_file(path, page.finish());
}

}  // namespace tsimcne
