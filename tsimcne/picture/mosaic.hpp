#pragma once

#include <vector>

#include "tsimcne/picture/scene.hpp"
#include "tsimcne/picture/thumbnail.hpp"

namespace tsimcne {

/// Square cells that tile the middle of a room.
struct Tiling {
  double cell = 0;  // a side, points
  int columns = 0, rows = 0;
  double left = 0, top = 0;

  size_t size() const { return static_cast<size_t>(columns) * static_cast<size_t>(rows); }
  Box box() const { return {left, top, cell * columns, cell * rows}; }
  /// The cell that a spot lies in, row after row from the top.
  size_t cell_of(const Spot& spot) const;
  Box cell_box(size_t cell) const;
};

/// Cells as large as a picture with such a room can show images in.
Tiling tile(const Box& room);

/// A thumbnail for each cell that points lie in: the topmost point's, as near to the point as it
/// can be within the cell.
std::vector<Thumbnail> place_thumbnails(const Scene& scene, const Tiling& tiling);

}  // namespace tsimcne
