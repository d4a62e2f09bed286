#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "tsimcne/picture/canvas.hpp"
#include "tsimcne/picture/palette.hpp"

namespace tsimcne {

/// A place on the page in points (1/72 inch), from the page's left and top edges.
struct Spot {
  double x = 0, y = 0;
};

/// A rectangle of the page in points, from the page's left and top edges.
struct Box {
  double left = 0, top = 0, width = 0, height = 0;

  double right() const { return left + width; }
  double bottom() const { return top + height; }
  Spot middle() const { return {left + width / 2, top + height / 2}; }
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

/// The ink of all that is not data.
inline constexpr Colour ink{0.25, 0.26, 0.28};
inline constexpr TextStyle small_text{.size = 7.5};

/// Between what is drawn and the page's edges.
constexpr double margin = 12;

enum class PageFormat { png, svg, pdf };

/// The format that the name of a file asks for. Throws an Error where that is none.
PageFormat format_of(const std::filesystem::path& path);

/// Throws an Error where a page of such a size, in inches and pixels an inch, is out of bounds.
void check_page(double width, double height, double dpi);

/// A page to draw on, in points, that becomes a file. In svg and pdf what is drawn stays lines and
/// letters.
class Page {
 public:
  /// Size in inches; pixels an inch of a PNG, and of the canvas in the other formats.
  Page(PageFormat format, double width, double height, double dpi);
  Page(const Page&) = delete;  // cairo writes into bytes_
  Page& operator=(const Page&) = delete;

  bool is_vector() const { return format_ != PageFormat::png; }
  /// Pixels a point.
  double scale() const { return scale_; }
  /// The page without its margins.
  Box inside() const { return inside_; }

  Text set_text(const std::string& text, const TextStyle& style) const;
  /// A sentence on the first text that was set of whose letters some are boxes, since no font has
  /// them, and on what to install; empty where there was none.
  const std::string& doubt() const { return doubt_; }
  /// Draws text with its upper left corner at x, y.
  void draw_text(const Text& text, double x, double y, const Colour& colour);
  /// The same within a white rim that sets it off from what is below.
  void draw_text_with_halo(const Text& text, double x, double y, const Colour& colour);
  void draw_line(const Spot& from, const Spot& to, double width, const Colour& colour);
  /// A line through all spots, of which there is one at least, and from the last to the first where
  /// it is closed.
  void draw_curve(std::span<const Spot> spots, bool closed, double width, const Colour& colour);
  void draw_frame(const Box& box, double width, const Colour& colour);
  void draw_dot(const Spot& middle, double radius, const Colour& colour, double opacity = 1);
  /// An image of width x height pixels, RGB, row after row, stretched over the box.
  void draw_image(std::span<const uint8_t> rgb, int width, int height, const Box& box);

  /// White pixels, as many as the page has.
  Canvas canvas() const { return {width_, height_}; }
  /// Replaces everything drawn so far.
  void put(const Canvas& canvas);

  /// The file's content; nothing can be drawn any more.
  std::string finish();

 private:
  PageFormat format_;
  double scale_;
  Box inside_;
  int width_, height_;  // pixels
  mutable std::string doubt_;
  std::string bytes_;  // of svg and pdf
  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface_;
  std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo_;
};

/// A title over a room, in up to two lines, and the room without it.
std::pair<Text, Box> set_title(const Page& page, const std::string& title, const Box& room);

}  // namespace tsimcne
