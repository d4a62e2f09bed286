#include "tsimcne/images/decode.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "tsimcne/error.hpp"
#include "tsimcne/images/eight_bits.hpp"
#include "tsimcne/images/image_formats.hpp"
#include "tsimcne/images/vips_image.hpp"

namespace tsimcne {
namespace {

/// Of bare pixels: they have no format.
const ImageFormat* expect_format(const FoundImage& found) {
  if (!found.problem.empty()) fail("{}", found.problem);
  if (found.width > 0) return nullptr;
  if (found.bytes.empty()) fail("empty file");
  const ImageFormat* format = format_of(found.bytes);
  if (format == nullptr) fail("not an image of a known format");
  if (!format->is_image) {
    fail("not an image of a known format, but {}; {}", format->name, format->sentence);
  }
  if (!format->is_meant()) fail("{} is not read; {}", format->name, format->sentence);
  if (!can_read(*format)) {
    fail("{} is not read here, since libvips was built without it; convert it to PNG",
         format->name);
  }
  return format;
}

VipsHandle image_of(int width, int height, std::span<const uint8_t> rgb) {
  start_vips();
  VipsHandle image = hold(
      vips_image_new_from_memory_copy(rgb.data(), rgb.size(), width, height, 3, VIPS_FORMAT_UCHAR));
  image->Type = VIPS_INTERPRETATION_sRGB;
  return image;
}

/// Opens an image and reads its header.
VipsHandle open_image(const FoundImage& found, const ImageFormat* format, Scaling scaling = {}) {
  if (format == nullptr) return image_of(found.width, found.height, found.bytes);
  if (format->read != nullptr) {
    const RgbPixels pixels = format->read(found.bytes);
    return image_of(pixels.width, pixels.height, pixels.bytes);
  }
  VipsHandle image = load(*format, found.bytes, scaling);
  const int64_t width = image->Xsize, height = image->Ysize;
  if (width * height > format->most) {
    fail("declares {} x {} pixels, more than the limit of 2^{}", width, height,
         std::bit_width(static_cast<uint64_t>(format->most)) - 1);
  }
  return image;
}

Shape upright_shape(VipsImage* image) {
  const Shape lying{image->Xsize, image->Ysize};
  return vips_image_get_orientation_swap(image) ? Shape{lying.height, lying.width} : lying;
}

/// Opens a large JPEG anew so that its decoder halves it, as often as leaves twice the side, and an
/// SVG so that it is drawn at twice the side.
void scale_on_load(VipsHandle& image, const FoundImage& found, const ImageFormat* format, int side,
                   Fit fit) {
  if (format == nullptr) return;
  const int fitted = fit == Fit::crop ? std::min(image->Xsize, image->Ysize)
                                      : std::max(image->Xsize, image->Ysize);
  Scaling scaling;
  if (format->name == "JPEG") {
    while (scaling.shrink < 8 && fitted / (2 * scaling.shrink) >= 2 * side) scaling.shrink *= 2;
    if (scaling.shrink == 1) return;
  } else if (format->name == "SVG") {
    scaling.scale = 2.0 * side / fitted;
  } else {
    return;
  }
  image = open_image(found, format, scaling);
}

void cut_square(VipsHandle& image) {
  const int square = std::min(image->Xsize, image->Ysize);
  const int left = (image->Xsize - square) / 2;
  const int top = (image->Ysize - square) / 2;
  pass_through(image, [=](VipsImage* in, VipsImage** out) {
    return vips_extract_area(in, out, left, top, square, square, nullptr);
  });
}

/// Scales the longer side to `side`, and the shorter alike, to no less than a pixel.
void scale_to(VipsHandle& image, int side) {
  const double scale = static_cast<double>(side) / std::max(image->Xsize, image->Ysize);
  const double across = std::max(scale, 1.0 / image->Xsize);
  const double down = std::max(scale, 1.0 / image->Ysize);
  pass_through(image, [=](VipsImage* in, VipsImage** out) {
    return vips_resize(in, out, across, "vscale", down, "gap", 2.0, nullptr);
  });
}

void turn_upright(VipsHandle& image) {
  if (vips_image_get_orientation(image.get()) == 1) return;
  // A turn reads in another order than top to bottom, so it comes last, when the image is small.
  image = hold(vips_image_copy_memory(image.get()));
  pass_through(image,
               [](VipsImage* in, VipsImage** out) { return vips_autorot(in, out, nullptr); });
}

/// Computes the pixels in this thread; vips_image_write_to_memory would start others, which costs
/// more than a small image does.
std::vector<uint8_t> compute_pixels(const VipsHandle& image) {
  const std::unique_ptr<VipsRegion, UnrefVips> region(vips_region_new(image.get()));
  const VipsRect all{0, 0, image->Xsize, image->Ysize};
  if (region == nullptr || vips_region_prepare(region.get(), &all) != 0) {
    fail("{}", vips_complaint());
  }
  const size_t row_bytes = static_cast<size_t>(image->Xsize) * 3;
  std::vector<uint8_t> pixels;
  pixels.reserve(row_bytes * static_cast<size_t>(image->Ysize));
  for (int y = 0; y < image->Ysize; ++y) {
    const VipsPel* row = VIPS_REGION_ADDR(region.get(), 0, y);
    pixels.insert(pixels.end(), row, row + row_bytes);
  }
  return pixels;
}

std::array<uint8_t, 3> mean_border(std::span<const uint8_t> pixels, int width, int height) {
  std::array<int64_t, 3> sums{};
  int64_t count = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (y > 0 && y < height - 1 && x > 0 && x < width - 1) continue;
      for (size_t c = 0; c < 3; ++c) sums[c] += pixels[static_cast<size_t>(y * width + x) * 3 + c];
      ++count;
    }
  }
  std::array<uint8_t, 3> mean;
  for (size_t c = 0; c < 3; ++c) mean[c] = static_cast<uint8_t>((sums[c] + count / 2) / count);
  return mean;
}

/// Puts width x height pixels into the middle of side x side ones.
void pad(std::span<const uint8_t> pixels, int width, int height, int side, std::span<uint8_t> out) {
  const std::array<uint8_t, 3> mean = mean_border(pixels, width, height);
  for (size_t i = 0; i < out.size(); ++i) out[i] = mean[i % 3];
  const int left = (side - width) / 2;
  const int top = (side - height) / 2;
  for (int y = 0; y < height; ++y) {
    std::memcpy(&out[static_cast<size_t>((top + y) * side + left) * 3],
                &pixels[static_cast<size_t>(y * width) * 3], static_cast<size_t>(width) * 3);
  }
}

}  // namespace

Shape measure_image(const FoundImage& found) {
  return upright_shape(open_image(found, expect_format(found)).get());
}

Shape decode_image(const FoundImage& found, int side, Fit fit, std::span<uint8_t> out) {
  const Shape wanted{side, side};
  if (Shape{found.width, found.height} == wanted) {
    std::ranges::copy(found.bytes, out.begin());
    return wanted;
  }
  if (found.width == 0 && decode_small_jpeg(found.bytes, side, out)) return wanted;
  const ImageFormat* const format = expect_format(found);
  VipsHandle image = open_image(found, format);
  const Shape own = upright_shape(image.get());
  if (own != wanted) scale_on_load(image, found, format, side, fit);
  make_rgb(image, format, found.bytes, [&] { return open_image(found, format); });
  if (own != wanted) {
    if (fit == Fit::crop) cut_square(image);
    scale_to(image, side);
  }
  turn_upright(image);
  pad(compute_pixels(image), image->Xsize, image->Ysize, side, out);
  return own;
}

}  // namespace tsimcne
