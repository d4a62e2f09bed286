#pragma once

#include <vector>

#include "tsimcne/catalog.hpp"
#include "tsimcne/picture/classes.hpp"
#include "tsimcne/picture/page.hpp"

namespace tsimcne {

struct LegendRow {
  Text text;
  Colour colour;
};

/// The classes' names beside their colours.
struct Legend {
  std::vector<LegendRow> rows;
  double row_height = 0, width = 0;  // points

  bool any() const { return !rows.empty(); }
};

/// A legend for a picture that has `room`; without rows where there are no classes or where there
/// are too many to be told apart or read.
Legend set_legend(const Page& page, const Classes& classes, const Catalog& catalog,
                  const Box& room);

/// Draws it with its left edge at `left`, at half height of the room.
void draw_legend(Page& page, const Legend& legend, double left, const Box& room);

}  // namespace tsimcne
