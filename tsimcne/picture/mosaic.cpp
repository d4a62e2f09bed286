#include "tsimcne/picture/mosaic.hpp"

#include <algorithm>
#include <cmath>

namespace tsimcne {

namespace {

constexpr double side_share = 0.84;  // of a cell: a thumbnail's side
constexpr double edge_share = 0.04;  // of a cell: kept free at its edges

/// Where a thumbnail is that would have its middle at `wanted`, from `from` to `to` along an axis.
double place_within(double wanted, double side, double from, double to, double edge) {
  return std::clamp(wanted - side / 2, from + edge, to - edge - side);
}

Thumbnail thumbnail_in(const Box& cell, const Scene& scene, int64_t image) {
  const double side = side_share * cell.width, edge = edge_share * cell.width;
  const Spot spot = scene.spot(image);
  const int32_t label = scene.map.catalog.labels[static_cast<size_t>(image)];
  const Classes& classes = scene.classes;
  return {.image = image,
          .box = {place_within(spot.x, side, cell.left, cell.right(), edge),
                  place_within(spot.y, side, cell.top, cell.bottom(), edge), side, side},
          .frame = classes.any() ? classes.colour_of(label) : unlabelled_grey,
          .faded = classes.highlighted && !classes.shows(label)};
}

}  // namespace

size_t Tiling::cell_of(const Spot& spot) const {
  const auto index = [this](double distance, int count) {
    return static_cast<size_t>(std::clamp(distance / cell, 0.0, count - 1.0));
  };
  return index(spot.y - top, rows) * static_cast<size_t>(columns) + index(spot.x - left, columns);
}

Box Tiling::cell_box(size_t index) const {
  const auto across = static_cast<size_t>(columns);
  return {left + cell * static_cast<double>(index % across),
          top + cell * static_cast<double>(index / across), cell, cell};
}

Tiling tile(const Box& room) {
  const double wanted = std::clamp(std::sqrt(room.width * room.height) / 26, 9.0, 36.0);
  Tiling tiling;
  tiling.cell = std::min({wanted, room.width, room.height});
  tiling.columns = static_cast<int>(room.width / tiling.cell);
  tiling.rows = static_cast<int>(room.height / tiling.cell);
  tiling.left = room.left + (room.width - tiling.cell * tiling.columns) / 2;
  tiling.top = room.top + (room.height - tiling.cell * tiling.rows) / 2;
  return tiling;
}

std::vector<Thumbnail> place_thumbnails(const Scene& scene, const Tiling& tiling) {
  constexpr int64_t none = -1;
  std::vector<int64_t> topmost(tiling.size(), none);
  for (const int64_t image : drawing_order(scene))
    topmost[tiling.cell_of(scene.spot(image))] = image;
  std::vector<Thumbnail> thumbnails;
  for (size_t cell = 0; cell < topmost.size(); ++cell) {
    if (topmost[cell] == none) continue;
    thumbnails.push_back(thumbnail_in(tiling.cell_box(cell), scene, topmost[cell]));
  }
  return thumbnails;
}

}  // namespace tsimcne
