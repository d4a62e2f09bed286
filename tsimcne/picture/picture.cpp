#include "tsimcne/picture/picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/picture/callouts.hpp"
#include "tsimcne/picture/classes.hpp"
#include "tsimcne/picture/density.hpp"
#include "tsimcne/picture/legend.hpp"
#include "tsimcne/picture/mosaic.hpp"
#include "tsimcne/picture/names.hpp"
#include "tsimcne/picture/page.hpp"
#include "tsimcne/picture/scatter.hpp"
#include "tsimcne/picture/scene.hpp"

// All lengths on the page are in points, 1/72 inch.

namespace tsimcne {

namespace {

constexpr double gap = 10;  // between the map and what stands beside or below it

constexpr std::array<std::pair<const char*, PictureStyle>, 4> styles{
    {{"points", PictureStyle::points},
     {"thumbnails", PictureStyle::thumbnails},
     {"annotated", PictureStyle::annotated},
     {"density", PictureStyle::density}}};

/// What stands where on the page.
struct Plan {
  std::optional<Text> title, note;
  double foot = 0;  // where the scale ends and the note begins
  Legend legend;
  Box room;  // for the map
};

/// Whether classes are told by a legend, not by names in the map or beside it.
bool has_legend(PictureStyle style) {
  return style == PictureStyle::points || style == PictureStyle::thumbnails;
}

/// What stands below the map.
std::string note_of(const Map& map, const Classes& classes, PictureStyle style) {
  if (style != PictureStyle::density || !classes.any()) return map.note;
  return fmt::format("{}{}An outline holds the densest half of a class", map.note,
                     map.note.empty() ? "" : ". ");
}

/// Goes from the page's edges inwards: the title, the note, the scale, the legend; the map takes
/// what is left.
Plan plan_page(const Page& page, const Map& map, const Classes& classes,
               const PictureOptions& options) {
  Plan plan;
  plan.room = page.inside();
  if (!options.title.empty()) {
    std::tie(plan.title, plan.room) = set_title(page, options.title, plan.room);
  }
  if (const std::string note = note_of(map, classes, options.style); !note.empty()) {
    plan.note = page.set_text(note, {.size = 7.5, .width = plan.room.width, .lines = 3});
    plan.room.height -= plan.note->height + 4;
  }
  plan.foot = plan.room.bottom();
  plan.room.height -= map.points.cols == 3 ? 50 : 12 + gap / 2;
  if (has_legend(options.style)) plan.legend = set_legend(page, classes, map.catalog, plan.room);
  if (plan.legend.any()) plan.room.width -= plan.legend.width + gap;
  return plan;
}

void draw_dots(Page& page, Scene& scene) {
  scene.transform = fit(scene.places, scene.room, point_inset(point_style(scene)));
  draw_points(page, std::span(&scene, 1));
}

void draw_mosaic(Page& page, Scene& scene, const ImageSet& images) {
  const Tiling tiling = tile(scene.room);
  scene.transform = fit(scene.places, tiling.box(), 0);
  for (const Thumbnail& thumbnail : place_thumbnails(scene, tiling)) {
    draw_thumbnail(page, images, thumbnail);
  }
}

void draw_annotated(Page& page, Scene& scene, const ImageSet& images) {
  const std::vector<Callout> callouts = find_callouts(scene, grid_over(scene.places));
  const CalloutPlan plan = plan_callouts(scene.room, std::ssize(callouts), scene.classes.any());
  scene.inches *= plan.room.width * plan.room.height / (scene.room.width * scene.room.height);
  scene.room = plan.room;
  draw_dots(page, scene);
  draw_callouts(page, scene, images, callouts, plan);
}

void draw_shaded(Page& page, Scene& scene, double foot) {
  const Grid grid = grid_over(scene.places);
  scene.transform = fit(scene.places, scene.room, density_inset(grid, scene.room));
  draw_density(
      page, scene, grid,
      {scene.room.left, scene.room.bottom(), scene.room.width, foot - scene.room.bottom()});
}

/// Draws the map itself, and with that decides where in its room it lies.
void draw_scene(Page& page, Scene& scene, const Plan& plan, const ImageSet* images,
                PictureStyle style) {
  switch (style) {
    case PictureStyle::thumbnails:
      return draw_mosaic(page, scene, *images);
    case PictureStyle::annotated:
      return draw_annotated(page, scene, *images);
    case PictureStyle::density:
      return draw_shaded(page, scene, plan.foot);
    case PictureStyle::points:
      draw_dots(page, scene);
  }
  if (scene.classes.any() && !plan.legend.any()) draw_names(page, scene, class_medians(scene));
}

void check_images(const Map& map, const ImageSet* images, PictureStyle style) {
  if (!needs_images(style)) return;
  if (images == nullptr) fail("a picture with images was asked for and none were given");
  if (images->size() != map.size()) {
    fail("the map has {} points and there are {} images; expected as many", map.size(),
         images->size());
  }
}

std::string draw(const Map& map, const ImageSet* images, const PictureOptions& options,
                 const std::filesystem::path& path) {
  const PageFormat format = format_of(path);
  check_page(options.width, options.height, options.dpi);
  check_drawable(map);
  check_images(map, images, options.style);
  const Classes classes = find_classes(map.catalog, options.highlight);
  Page page(format, options.width, options.height, options.dpi);
  const Plan plan = plan_page(page, map, classes, options);
  Scene scene{.map = map,
              .classes = classes,
              .seed = options.seed,
              .places = project(map.points),
              .room = plan.room,
              .inches = options.width * options.height};
  draw_scene(page, scene, plan, images, options.style);

  draw_legend(page, plan.legend, plan.room.right() + gap, plan.room);
  if (map.points.cols == 3) {
    draw_tripod(page, scene.transform, margin, plan.foot);
  } else {
    draw_scale_bar(page, scene.transform, margin, plan.foot - 6, 0.2 * plan.room.width);
  }
  if (plan.title) page.draw_text(*plan.title, margin, margin, ink);
  if (plan.note) page.draw_text(*plan.note, margin, plan.foot + 4, ink);
  write_whole_file(path, page.finish());
  return page.doubt();
}

}  // namespace

PictureStyle style_named(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, style] : styles) {
    if (name == known) return style;
    names.push_back(known);
  }
  fail("there is no style \"{}\" of pictures; expected one of {}", name, fmt::join(names, ", "));
}

bool needs_images(PictureStyle style) {
  return style == PictureStyle::thumbnails || style == PictureStyle::annotated;
}

std::string draw_map(const Map& map, const PictureOptions& options,
                     const std::filesystem::path& path) {
  return draw(map, nullptr, options, path);
}

std::string draw_map(const Map& map, const ImageSet& images, const PictureOptions& options,
                     const std::filesystem::path& path) {
  return draw(map, &images, options, path);
}

}  // namespace tsimcne
