#include "tsimcne/picture/legend.hpp"

#include <algorithm>

namespace tsimcne {

namespace {

constexpr int64_t most_rows = 20;  // of classes
/// What a colour's disc takes before a name.
double swatch_width(double row_height) {
  return row_height * 6 / 7;
}

}  // namespace

Legend set_legend(const Page& page, const Classes& classes, const Catalog& catalog,
                  const Box& room) {
  Legend legend;
  const int64_t rows = std::ssize(classes.labels) + (classes.grey > 0);
  const double row_height =
      std::min(std::clamp(room.width / 30, 10.5, 14.0), room.height / static_cast<double>(rows));
  const bool legible = row_height >= 8.5;
  if (!classes.any() || std::ssize(classes.labels) > most_rows || !legible) return legend;
  legend.row_height = row_height;
  const TextStyle style{.size = row_height * 0.64, .width = 0.32 * room.width};
  const auto add = [&](const std::string& name, const Colour& colour) {
    legend.rows.push_back({page.set_text(name, style), colour});
    legend.width = std::max(legend.width, swatch_width(row_height) + legend.rows.back().text.width);
  };
  for (const int64_t label : classes.labels) {
    add(catalog.label_names[static_cast<size_t>(label)],
        classes.colours[static_cast<size_t>(label)]);
  }
  if (classes.grey > 0) add(classes.highlighted ? "others" : "no label", unlabelled_grey);
  return legend;
}

void draw_legend(Page& page, const Legend& legend, double left, const Box& room) {
  double y =
      room.top + (room.height - legend.row_height * static_cast<double>(legend.rows.size())) / 2;
  for (const LegendRow& row : legend.rows) {
    page.draw_dot({left + legend.row_height / 4, y + legend.row_height / 2},
                  legend.row_height * 0.25, row.colour);
    page.draw_text(row.text, left + swatch_width(legend.row_height),
                   y + (legend.row_height - row.text.height) / 2, ink);
    y += legend.row_height;
  }
}

}  // namespace tsimcne
