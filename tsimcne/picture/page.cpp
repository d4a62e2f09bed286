#include "tsimcne/picture/page.hpp"

#include <algorithm>
#include <cstdint>
#include <numbers>

#include "tsimcne/error.hpp"

namespace tsimcne {

namespace {

void set_source(cairo_t* cairo, const Colour& colour) {
  cairo_set_source_rgb(cairo, colour.red, colour.green, colour.blue);
}

/// The text as valid UTF-8 with spaces for line ends and other control characters.
std::string printable(const std::string& text) {
  gchar* const valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
  std::string line = valid;
  g_free(valid);
  std::ranges::replace_if(
      line, [](char c) { return (c >= 0 && c < ' ') || c == 127; }, ' ');
  return line;
}

void measure(Text& text) {
  int width = 0, height = 0;
  pango_layout_get_size(text.layout.get(), &width, &height);
  text.width = static_cast<double>(width) / PANGO_SCALE;
  text.height = static_cast<double>(height) / PANGO_SCALE;
}

cairo_status_t append_bytes(void* png, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(png)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Page::Page(int width, int height, double scale)
    : width_(width),
      height_(height),
      surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height),
               cairo_surface_destroy),
      cairo_(cairo_create(surface_.get()), cairo_destroy) {
  if (cairo_surface_status(surface_.get()) != CAIRO_STATUS_SUCCESS) {
    fail("a picture of {} x {} pixels does not fit into memory; make it smaller", width, height);
  }
  set_source(cairo_.get(), {1, 1, 1});
  cairo_paint(cairo_.get());
  cairo_scale(cairo_.get(), scale, scale);
  cairo_set_line_cap(cairo_.get(), CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cairo_.get(), CAIRO_LINE_JOIN_ROUND);
  cairo_font_options_t* const options = cairo_font_options_create();
  // Letters are placed and drawn the same whatever the screen's settings.
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(cairo_.get(), options);
  cairo_font_options_destroy(options);
}

Text Page::set_text(const std::string& text, const TextStyle& style) const {
  Text set{Layout(pango_cairo_create_layout(cairo_.get()))};
  PangoLayout* const layout = set.layout.get();
  pango_context_set_round_glyph_positions(pango_layout_get_context(layout), FALSE);
  PangoFontDescription* const font = pango_font_description_from_string("DejaVu Sans, sans");
  pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  pango_layout_set_text(layout, printable(text).c_str(), -1);
  measure(set);
  if (style.width > 0 && set.width > style.width) {
    pango_layout_set_width(layout, static_cast<int>(style.width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(layout, -style.lines);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    measure(set);
  }
  return set;
}

void Page::draw_text(const Text& text, double x, double y, const Colour& colour) {
  set_source(cairo_.get(), colour);
  cairo_move_to(cairo_.get(), x, y);
  pango_cairo_show_layout(cairo_.get(), text.layout.get());
}

void Page::draw_text_with_halo(const Text& text, double x, double y, const Colour& colour) {
  set_source(cairo_.get(), {1, 1, 1});
  cairo_set_line_width(cairo_.get(), 2.4);
  cairo_move_to(cairo_.get(), x, y);
  pango_cairo_layout_path(cairo_.get(), text.layout.get());
  cairo_stroke(cairo_.get());
  draw_text(text, x, y, colour);
}

void Page::draw_line(double x0, double y0, double x1, double y1, double width,
                     const Colour& colour) {
  set_source(cairo_.get(), colour);
  cairo_set_line_width(cairo_.get(), width);
  cairo_move_to(cairo_.get(), x0, y0);
  cairo_line_to(cairo_.get(), x1, y1);
  cairo_stroke(cairo_.get());
}

void Page::draw_dot(double x, double y, double radius, const Colour& colour) {
  set_source(cairo_.get(), colour);
  cairo_arc(cairo_.get(), x, y, radius, 0, 2 * std::numbers::pi);
  cairo_fill(cairo_.get());
}

void Page::put(const Canvas& canvas) {
  cairo_surface_flush(surface_.get());
  unsigned char* const bytes = cairo_image_surface_get_data(surface_.get());
  const int64_t stride = cairo_image_surface_get_stride(surface_.get());
  for (int y = 0; y < height_; ++y) {
    auto* const row = reinterpret_cast<uint32_t*>(bytes + y * stride);
    for (int x = 0; x < width_; ++x) {
      const auto [red, green, blue] = canvas.pixel(x, y);
      row[x] = static_cast<uint32_t>(red) << 16 | static_cast<uint32_t>(green) << 8 | blue;
    }
  }
  cairo_surface_mark_dirty(surface_.get());
}

std::string Page::png() {
  std::string png;
  const cairo_status_t status =
      cairo_surface_write_to_png_stream(surface_.get(), append_bytes, &png);
  if (status != CAIRO_STATUS_SUCCESS) {
    fail("the picture cannot be made: {}", cairo_status_to_string(status));
  }
  return png;
}

}  // namespace tsimcne
