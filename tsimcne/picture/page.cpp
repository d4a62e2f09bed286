#include "tsimcne/picture/page.hpp"

#include <cairo-pdf.h>
#include <cairo-svg.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <exception>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/picture/svg_ids.hpp"

namespace tsimcne {

namespace {

constexpr double points_an_inch = 72;

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;

void set_source(cairo_t* cairo, const Colour& colour, double opacity = 1) {
  cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, opacity);
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

/// Debian's package of fonts for the text, which is UTF-8.
const char* package_of_fonts(const std::string& text) {
  for (const char* at = text.c_str(); *at != '\0'; at = g_utf8_next_char(at)) {
    switch (g_unichar_get_script(g_utf8_get_char(at))) {
      case G_UNICODE_SCRIPT_HAN:
      case G_UNICODE_SCRIPT_HIRAGANA:
      case G_UNICODE_SCRIPT_KATAKANA:
      case G_UNICODE_SCRIPT_HANGUL:
      case G_UNICODE_SCRIPT_BOPOMOFO:
        return "fonts-noto-cjk";
      default:
        break;
    }
  }
  return "fonts-noto-core";
}

void measure(Text& text) {
  int width = 0, height = 0;
  pango_layout_get_size(text.layout.get(), &width, &height);
  text.width = static_cast<double>(width) / PANGO_SCALE;
  text.height = static_cast<double>(height) / PANGO_SCALE;
}

/// No exception may pass the frames of cairo, which calls this.
cairo_status_t append_bytes(void* file, const unsigned char* bytes, unsigned int count) try {
  static_cast<std::string*>(file)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
} catch (const std::exception&) {
  return CAIRO_STATUS_NO_MEMORY;
}

void expect(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS) {
    fail("the picture cannot be made: {}", cairo_status_to_string(status));
  }
}

Surface pixel_surface(int width, int height) {
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height),
                  cairo_surface_destroy);
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
    fail("a picture of {} x {} pixels does not fit into memory; make it smaller", width, height);
  }
  return surface;
}

/// Fills a surface of pixels with what `pixel(x, y)` gives: red, green and blue, 0 .. 255.
template <typename Pixel>
void fill_pixels(cairo_surface_t* surface, const Pixel& pixel) {
  cairo_surface_flush(surface);
  unsigned char* const bytes = cairo_image_surface_get_data(surface);
  const int64_t stride = cairo_image_surface_get_stride(surface);
  for (int y = 0; y < cairo_image_surface_get_height(surface); ++y) {
    auto* const row = reinterpret_cast<uint32_t*>(bytes + y * stride);
    for (int x = 0; x < cairo_image_surface_get_width(surface); ++x) {
      const auto [red, green, blue] = pixel(x, y);
      row[x] = static_cast<uint32_t>(red) << 16 | static_cast<uint32_t>(green) << 8 | blue;
    }
  }
  cairo_surface_mark_dirty(surface);
}

Surface pdf_surface(std::string& bytes, double width, double height) {
  Surface surface(cairo_pdf_surface_create_for_stream(append_bytes, &bytes, width, height),
                  cairo_surface_destroy);
  // Without the time of day, the same map gives the same bytes.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, nullptr);
  return surface;
}

Surface svg_surface(std::string& bytes, double width, double height) {
  return {cairo_svg_surface_create_for_stream(append_bytes, &bytes, width, height),
          cairo_surface_destroy};
}

int pixels(double inches, double dpi) {
  return static_cast<int>(std::lround(inches * dpi));
}

}  // namespace

PageFormat format_of(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".png") return PageFormat::png;
  if (extension == ".svg") return PageFormat::svg;
  if (extension == ".pdf") return PageFormat::pdf;
  fail("{}: the name of a picture must end in .png, .svg or .pdf", path.string());
}

void check_page(double width, double height, double dpi) {
  constexpr double most_pixels = 1 << 26;  // a canvas of as many takes a gigabyte
  const bool sides_are_fine = std::ranges::all_of(std::array{width, height}, [&](double inches) {
    return inches >= 2 && inches <= 100 && inches * dpi >= 50 && inches * dpi <= 16384;
  });
  if (sides_are_fine && width * dpi * height * dpi <= most_pixels) return;
  fail(
      "a picture of {} x {} inches at {} dpi was asked for; expected sides of 2 to 100 inches and "
      "50 to 16384 pixels, and at most {} million pixels in all",
      width, height, dpi, std::floor(most_pixels / 1e6));
}

Page::Page(PageFormat format, double width, double height, double dpi)
    : format_(format),
      scale_(dpi / points_an_inch),
      inside_{margin, margin, points_an_inch * width - 2 * margin,
              points_an_inch * height - 2 * margin},
      width_(pixels(width, dpi)),
      height_(pixels(height, dpi)),
      surface_(format == PageFormat::png ? pixel_surface(width_, height_)
               : format == PageFormat::svg
                   ? svg_surface(bytes_, width * points_an_inch, height * points_an_inch)
                   : pdf_surface(bytes_, width * points_an_inch, height * points_an_inch)),
      cairo_(cairo_create(surface_.get()), cairo_destroy) {
  set_source(cairo_.get(), {1, 1, 1});
  cairo_paint(cairo_.get());
  if (!is_vector()) cairo_scale(cairo_.get(), scale_, scale_);
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
  if (doubt_.empty() && pango_layout_get_unknown_glyphs_count(layout) > 0) {
    doubt_ = fmt::format(
        "no font here has all letters of \"{}\", so that some are drawn as boxes; "
        "install {}",
        printable(text), package_of_fonts(printable(text)));
  }
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

void Page::draw_line(const Spot& from, const Spot& to, double width, const Colour& colour) {
  draw_curve(std::array{from, to}, false, width, colour);
}

void Page::draw_curve(std::span<const Spot> spots, bool closed, double width,
                      const Colour& colour) {
  set_source(cairo_.get(), colour);
  cairo_set_line_width(cairo_.get(), width);
  cairo_new_path(cairo_.get());
  cairo_move_to(cairo_.get(), spots.front().x, spots.front().y);
  for (const Spot& spot : spots) cairo_line_to(cairo_.get(), spot.x, spot.y);
  if (closed) cairo_close_path(cairo_.get());
  cairo_stroke(cairo_.get());
}

void Page::draw_frame(const Box& box, double width, const Colour& colour) {
  set_source(cairo_.get(), colour);
  cairo_set_line_width(cairo_.get(), width);
  cairo_rectangle(cairo_.get(), box.left, box.top, box.width, box.height);
  cairo_stroke(cairo_.get());
}

/// A line of no length with round ends: a tenth of the bytes of a circle's curves.
void Page::draw_dot(const Spot& middle, double radius, const Colour& colour, double opacity) {
  set_source(cairo_.get(), colour, opacity);
  cairo_set_line_width(cairo_.get(), 2 * radius);
  cairo_move_to(cairo_.get(), middle.x, middle.y);
  cairo_line_to(cairo_.get(), middle.x, middle.y);
  cairo_stroke(cairo_.get());
}

void Page::draw_image(std::span<const uint8_t> rgb, int width, int height, const Box& box) {
  const Surface surface = pixel_surface(width, height);
  fill_pixels(surface.get(), [&](int x, int y) {
    const auto pixel = rgb.subspan(static_cast<size_t>((int64_t{y} * width + x) * 3), 3);
    return std::array{pixel[0], pixel[1], pixel[2]};
  });
  cairo_save(cairo_.get());
  cairo_translate(cairo_.get(), box.left, box.top);
  cairo_scale(cairo_.get(), box.width / width, box.height / height);
  cairo_set_source_surface(cairo_.get(), surface.get(), 0, 0);
  if (is_vector()) {
    cairo_paint(cairo_.get());
  } else {  // with edges as sharp as the box's
    cairo_pattern_set_extend(cairo_get_source(cairo_.get()), CAIRO_EXTEND_PAD);
    cairo_rectangle(cairo_.get(), 0, 0, width, height);
    cairo_fill(cairo_.get());
  }
  cairo_restore(cairo_.get());
}

void Page::put(const Canvas& canvas) {
  const Surface surface = pixel_surface(width_, height_);
  fill_pixels(surface.get(), [&](int x, int y) { return canvas.pixel(x, y); });
  cairo_save(cairo_.get());
  cairo_identity_matrix(cairo_.get());
  if (is_vector()) cairo_scale(cairo_.get(), 1 / scale_, 1 / scale_);
  cairo_set_source_surface(cairo_.get(), surface.get(), 0, 0);
  cairo_paint(cairo_.get());
  cairo_restore(cairo_.get());
}

std::string Page::finish() {
  expect(cairo_status(cairo_.get()));
  if (format_ == PageFormat::png) {
    expect(cairo_surface_write_to_png_stream(surface_.get(), append_bytes, &bytes_));
  } else {
    cairo_surface_finish(surface_.get());
    expect(cairo_surface_status(surface_.get()));
  }
  return format_ == PageFormat::svg ? number_ids(bytes_) : std::move(bytes_);
}

std::pair<Text, Box> set_title(const Page& page, const std::string& title, const Box& room) {
  Text text = page.set_text(title, {.size = 11, .width = room.width, .lines = 2});
  const double height = text.height + 6;
  return {std::move(text), Box{room.left, room.top + height, room.width, room.height - height}};
}

}  // namespace tsimcne
