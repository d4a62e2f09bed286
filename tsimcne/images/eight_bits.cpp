#include "tsimcne/images/eight_bits.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "tsimcne/images/tiff_tags.hpp"
#include "tsimcne/images/value_range.hpp"

namespace tsimcne {
namespace {

void keep_bands(VipsHandle& image, int count) {
  if (image->Bands == count) return;
  pass_through(image, [=](VipsImage* in, VipsImage** out) {
    return vips_extract_band(in, out, 0, "n", count, nullptr);
  });
}

void call_it(VipsHandle& image, VipsInterpretation type) {
  if (image->Type == type) return;
  pass_through(image, [=](VipsImage* in, VipsImage** out) {
    return vips_copy(in, out, "interpretation", type, nullptr);
  });
}

/// a * x + b, one pair for each band.
void scale_bands(VipsHandle& image, std::span<const double> a, std::span<const double> b) {
  pass_through(image, [&](VipsImage* in, VipsImage** out) {
    return vips_linear(in, out, a.data(), b.data(), static_cast<int>(a.size()), nullptr);
  });
}

void cast_to_bytes(VipsHandle& image) {
  if (image->BandFmt == VIPS_FORMAT_UCHAR) return;
  pass_through(image,
               [](VipsImage* in, VipsImage** out) { return vips_cast_uchar(in, out, nullptr); });
}

/// Brightness and two differences of colour (ITU-R BT.601, full range) become RGB.
void make_rgb_of_ycbcr(VipsHandle& image) {
  constexpr std::array<double, 9> factors = {1, 0, 1.402, 1, -0.344136, -0.714136, 1, 1.772, 0};
  const VipsHandle matrix = hold(
      vips_image_new_matrix_from_array(3, 3, factors.data(), static_cast<int>(factors.size())));
  pass_through(image, [&](VipsImage* in, VipsImage** out) {
    return vips_recomb(in, out, matrix.get(), nullptr);
  });
  scale_bands(image, std::array{1.0, 1.0, 1.0},
              std::array{0.5 - 128 * 1.402, 0.5 + 128 * (0.344136 + 0.714136), 0.5 - 128 * 1.772});
  cast_to_bytes(image);
  call_it(image, VIPS_INTERPRETATION_sRGB);
}

/// A TIFF has alpha only where it says so; other samples beyond the colours are left out. Of more
/// than two grey ones, which a microscope's channels are, the first three become the colours.
void keep_colours_of_tiff(VipsHandle& image, std::span<const uint8_t> file) {
  const std::optional<TiffTags> tags = read_tiff_tags(file);
  if (!tags || tags->samples != image->Bands) return;  // libvips has made other bands of them
  if (tags->photometric == TiffTags::ycbcr && !tags->is_jpeg() && image->Bands == 3 &&
      image->BandFmt == VIPS_FORMAT_UCHAR) {
    return make_rgb_of_ycbcr(image);
  }
  const bool is_grey =
      tags->photometric == TiffTags::white_is_zero || tags->photometric == TiffTags::black_is_zero;
  const int colours = is_grey ? 1 : tags->photometric == TiffTags::cmyk ? 4 : 3;
  if (image->Bands <= colours) return;
  const bool has_alpha = !tags->extra_kinds.empty() &&
                         (tags->extra_kinds.front() == 1 || tags->extra_kinds.front() == 2);
  if (has_alpha) return keep_bands(image, colours + 1);
  keep_bands(image, is_grey && image->Bands >= 3 ? 3 : colours);
  if (is_grey && image->Bands == 3) call_it(image, VIPS_INTERPRETATION_sRGB);
}

/// Whether the numbers are colours that libvips knows how to convert, whatever their width.
bool has_colour_space(const VipsImage* image) {
  switch (image->Type) {
    case VIPS_INTERPRETATION_CMYK:
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABQ:
    case VIPS_INTERPRETATION_LABS:
    case VIPS_INTERPRETATION_LCH:
    case VIPS_INTERPRETATION_XYZ:
    case VIPS_INTERPRETATION_YXY:
    case VIPS_INTERPRETATION_HSV:
      return true;
    default:
      return image->Coding != VIPS_CODING_NONE;
  }
}

int alpha_bands(VipsImage* image) {
  return vips_image_hasalpha(image) ? 1 : 0;
}

/// The least and the largest finite number of all bands but alpha, strip by strip.
Extent extent_of(VipsHandle image) {
  pass_through(image,
               [](VipsImage* in, VipsImage** out) { return vips_cast_double(in, out, nullptr); });
  const int bands = image->Bands, colours = bands - alpha_bands(image.get());
  const std::unique_ptr<VipsRegion, UnrefVips> region(vips_region_new(image.get()));
  Extent extent;
  constexpr int strip = 16;
  for (int top = 0; top < image->Ysize; top += strip) {
    const VipsRect rows{0, top, image->Xsize, std::min(strip, image->Ysize - top)};
    if (vips_region_prepare(region.get(), &rows) != 0) fail("{}", vips_complaint());
    for (int y = top; y < top + rows.height; ++y) {
      const auto* row = reinterpret_cast<const double*>(VIPS_REGION_ADDR(region.get(), 0, y));
      for (int64_t i = 0; i < int64_t{image->Xsize} * bands; ++i) {
        if (i % bands < colours) extent.add(row[i]);
      }
    }
  }
  return extent;
}

/// Scales numbers of any width to 0 .. 255.
void scale_to_bytes(VipsHandle& image, const Range& range) {
  const auto bands = static_cast<size_t>(image->Bands);
  std::vector<double> a(bands, 255 / (range.white - range.black));
  std::vector<double> b(bands, -range.black * a[0]);
  if (alpha_bands(image.get()) == 1 && image->BandFmt == VIPS_FORMAT_USHORT) {
    a.back() = 255.0 / 65535;
    b.back() = 0;
  }
  for (double& offset : b) offset += 0.5;  // a cast cuts off
  scale_bands(image, a, b);
  pass_through(image,
               [](VipsImage* in, VipsImage** out) { return vips_cast_uchar(in, out, nullptr); });
}

void lay_over_white(VipsHandle& image) {
  pass_through(image, [](VipsImage* in, VipsImage** out) {
    const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> white(
        vips_array_double_newv(1, 255.0),
        [](VipsArrayDouble* area) { vips_area_unref(VIPS_AREA(area)); });
    return vips_flatten(in, out, "background", white.get(), nullptr);
  });
}

/// Opens and keeps the colours.
VipsHandle with_colours(VipsHandle image, const ImageFormat* format,
                        std::span<const uint8_t> file) {
  if (format != nullptr && format->name == "TIFF") keep_colours_of_tiff(image, file);
  return image;
}

}  // namespace

void make_rgb(VipsHandle& image, const ImageFormat* format, std::span<const uint8_t> file,
              const std::function<VipsHandle()>& reopen) {
  image = with_colours(std::move(image), format, file);
  if (vips_band_format_iscomplex(image->BandFmt)) {
    fail("its pixels are complex numbers, which are not read; convert it to PNG");
  }
  if (!has_colour_space(image.get())) {
    if (image->BandFmt != VIPS_FORMAT_UCHAR) {
      const bool is_float = vips_band_format_isfloat(image->BandFmt);
      const Extent extent = extent_of(with_colours(reopen(), format, file));
      scale_to_bytes(image, range_for(extent, is_float));
    }
    call_it(image, image->Bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB);
  }
  if (image->Type != VIPS_INTERPRETATION_sRGB) {
    pass_through(image, [](VipsImage* in, VipsImage** out) {
      return vips_colourspace(in, out, VIPS_INTERPRETATION_sRGB, nullptr);
    });
  }
  if (alpha_bands(image.get()) == 1) lay_over_white(image);
  cast_to_bytes(image);
  if (image->Bands > 3) keep_bands(image, 3);
  if (image->Bands != 3) fail("has {} channels where 3 were expected", image->Bands);
}

}  // namespace tsimcne
