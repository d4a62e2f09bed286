#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include <memory>
#include <string>

#include "tsimcne/picture/canvas.hpp"
#include "tsimcne/picture/palette.hpp"

namespace tsimcne {

/// A rectangle of the page in points (1/72 inch), from the page's left and top edges.
struct Box {
  double left = 0, top = 0, width = 0, height = 0;

  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

struct GObjectDeleter {
  void operator()(void* object) const { g_object_unref(object); }
};

using Layout = std::unique_ptr<PangoLayout, GObjectDeleter>;

/// Text that has been set and knows its size.
struct Text {
  Layout layout;
  double width = 0, height = 0;  // points
};

/// How text is set: one line that ends in an ellipsis where it is too wide, or up to `lines`.
struct TextStyle {
  double size = 9;   // points
  double width = 0;  // points it may take; 0: any
  int lines = 1;
};

/// A page to draw on, in points, that becomes a PNG.
class Page {
 public:
  /// Size in pixels, and pixels a point.
  Page(int width, int height, double scale);

  Text set_text(const std::string& text, const TextStyle& style) const;
  /// Draws text with its upper left corner at x, y.
  void draw_text(const Text& text, double x, double y, const Colour& colour);
  /// The same within a white rim that sets it off from what is below.
  void draw_text_with_halo(const Text& text, double x, double y, const Colour& colour);
  void draw_line(double x0, double y0, double x1, double y1, double width, const Colour& colour);
  void draw_dot(double x, double y, double radius, const Colour& colour);
  /// Replaces everything drawn so far.
  void put(const Canvas& canvas);

  std::string png();

 private:
  int width_, height_;
  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface_;
  std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo_;
};

}  // namespace tsimcne
