#include "tsimcne/images/decode.hpp"

#include <vips/vips.h>
// After vips.h, which it needs.
#include <vips/vector.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

constexpr int64_t most_pixels = int64_t{1} << 28;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
using Image = std::unique_ptr<VipsImage, Unref>;

void start_vips() {
  static const bool started = [] {
    if (vips_init("tsimcne") != 0) return false;
    for (const char* domain : {"VIPS", "GLib", "GLib-GObject"}) {
      const auto all = static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK | G_LOG_FLAG_RECURSION);
      g_log_set_handler(
          domain, all, [](auto...) {}, nullptr);
    }
    vips_concurrency_set(1);  // the images are what is decoded side by side
    vips_cache_set_max(0);
    vips_block_untrusted_set(TRUE);
#if VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION < 15
    // Its run-time compiler (orc) corrupts memory when threads build pipelines side by side.
    vips_vector_set_enabled(FALSE);
#endif
    return true;
  }();
  if (!started) fail("libvips, which decodes the images, cannot be started");
}

/// What vips last complained about, in plain words.
std::string describe_error() {
  const std::string text = vips_error_buffer();
  vips_error_clear();
  if (text.find("not in a known format") != text.npos) return "not an image of a known format";
  if (text.find("operation is blocked") != text.npos) {
    return "damaged or of a format that is not accepted";
  }
  std::string line = text.substr(0, text.find('\n'));
  if (const size_t colon = line.find(": "); colon != line.npos) line.erase(0, colon + 2);
  return line.empty() ? "damaged" : "damaged: " + line;
}

Image hold(VipsImage* image) {
  if (image == nullptr) fail("{}", describe_error());
  return Image(image);
}

/// Applies a vips operation, given as a call with an image and a place for the result.
template <typename Operation>
void pass_through(Image& image, const Operation& operation) {
  VipsImage* result = nullptr;
  if (operation(image.get(), &result) != 0) fail("{}", describe_error());
  image.reset(result);
}

/// Opens an image and reads its header; its pixels follow when they are asked for, top to bottom.
Image open_image(const FoundImage& found) {
  start_vips();
  if (!found.problem.empty()) fail("{}", found.problem);
  if (found.bytes.empty()) fail("empty file");
  vips_error_clear();
  if (found.width > 0) {
    Image image = hold(vips_image_new_from_memory(found.bytes.data(), found.bytes.size(),
                                                  found.width, found.height, 3, VIPS_FORMAT_UCHAR));
    image->Type = VIPS_INTERPRETATION_sRGB;
    return image;
  }
  Image image = hold(vips_image_new_from_buffer(found.bytes.data(), found.bytes.size(), "",
                                                "access", VIPS_ACCESS_SEQUENTIAL, "fail-on",
                                                VIPS_FAIL_ON_TRUNCATED, nullptr));
  const int64_t width = image->Xsize;
  const int64_t height = image->Ysize;
  if (width * height > most_pixels) {
    fail("declares {} x {} pixels, more than the limit of 2^28", width, height);
  }
  return image;
}

Shape upright_shape(VipsImage* image) {
  const Shape lying{image->Xsize, image->Ysize};
  return vips_image_get_orientation_swap(image) ? Shape{lying.height, lying.width} : lying;
}

bool is_jpeg(const Image& image) {
  const char* loader = nullptr;
  return vips_image_get_typeof(image.get(), VIPS_META_LOADER) != 0 &&
         vips_image_get_string(image.get(), VIPS_META_LOADER, &loader) == 0 &&
         std::string_view(loader).starts_with("jpegload");
}

/// Opens a large JPEG anew so that its decoder halves it, as often as leaves twice the side.
void shrink_on_load(Image& image, const FoundImage& found, int side, Fit fit) {
  const int fitted = fit == Fit::crop ? std::min(image->Xsize, image->Ysize)
                                      : std::max(image->Xsize, image->Ysize);
  int factor = 1;
  while (factor < 8 && fitted / (2 * factor) >= 2 * side) factor *= 2;
  if (factor == 1 || !is_jpeg(image)) return;
  image = hold(vips_image_new_from_buffer(found.bytes.data(), found.bytes.size(), "", "access",
                                          VIPS_ACCESS_SEQUENTIAL, "fail-on", VIPS_FAIL_ON_TRUNCATED,
                                          "shrink", factor, nullptr));
}

void cut_square(Image& image) {
  const int square = std::min(image->Xsize, image->Ysize);
  const int left = (image->Xsize - square) / 2;
  const int top = (image->Ysize - square) / 2;
  pass_through(image, [=](VipsImage* in, VipsImage** out) {
    return vips_extract_area(in, out, left, top, square, square, nullptr);
  });
}

/// Scales the longer side to `side`, and the shorter alike, to no less than a pixel.
void scale_to(Image& image, int side) {
  const double scale = static_cast<double>(side) / std::max(image->Xsize, image->Ysize);
  const double across = std::max(scale, 1.0 / image->Xsize);
  const double down = std::max(scale, 1.0 / image->Ysize);
  pass_through(image, [=](VipsImage* in, VipsImage** out) {
    return vips_resize(in, out, across, "vscale", down, "gap", 2.0, nullptr);
  });
}

void turn_upright(Image& image) {
  if (vips_image_get_orientation(image.get()) == 1) return;
  // A turn reads in another order than top to bottom, so it comes last, when the image is small.
  image = hold(vips_image_copy_memory(image.get()));
  pass_through(image,
               [](VipsImage* in, VipsImage** out) { return vips_autorot(in, out, nullptr); });
}

void make_rgb(Image& image) {
  if (image->Type != VIPS_INTERPRETATION_sRGB || image->BandFmt != VIPS_FORMAT_UCHAR) {
    pass_through(image, [](VipsImage* in, VipsImage** out) {
      return vips_colourspace(in, out, VIPS_INTERPRETATION_sRGB, nullptr);
    });
  }
  if (vips_image_hasalpha(image.get())) {
    pass_through(image, [](VipsImage* in, VipsImage** out) {
      const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> white(
          vips_array_double_newv(1, 255.0),
          [](VipsArrayDouble* area) { vips_area_unref(VIPS_AREA(area)); });
      return vips_flatten(in, out, "background", white.get(), nullptr);
    });
  }
  if (image->BandFmt != VIPS_FORMAT_UCHAR) {
    pass_through(image,
                 [](VipsImage* in, VipsImage** out) { return vips_cast_uchar(in, out, nullptr); });
  }
  if (image->Bands > 3) {
    pass_through(image, [](VipsImage* in, VipsImage** out) {
      return vips_extract_band(in, out, 0, "n", 3, nullptr);
    });
  }
  if (image->Bands != 3) fail("has {} channels where 3 were expected", image->Bands);
}

/// Computes the pixels in this thread; vips_image_write_to_memory would start others, which costs
/// more than a small image does.
std::vector<uint8_t> compute_pixels(const Image& image) {
  const std::unique_ptr<VipsRegion, Unref> region(vips_region_new(image.get()));
  const VipsRect all{0, 0, image->Xsize, image->Ysize};
  if (region == nullptr || vips_region_prepare(region.get(), &all) != 0) {
    fail("{}", describe_error());
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
  return upright_shape(open_image(found).get());
}

Shape decode_image(const FoundImage& found, int side, Fit fit, std::span<uint8_t> out) {
  const Shape wanted{side, side};
  if (Shape{found.width, found.height} == wanted) {
    std::ranges::copy(found.bytes, out.begin());
    return wanted;
  }
  if (found.width == 0 && decode_small_jpeg(found.bytes, side, out)) return wanted;
  Image image = open_image(found);
  const Shape own = upright_shape(image.get());
  if (own != wanted) shrink_on_load(image, found, side, fit);
  make_rgb(image);
  if (own != wanted) {
    if (fit == Fit::crop) cut_square(image);
    scale_to(image, side);
  }
  turn_upright(image);
  pad(compute_pixels(image), image->Xsize, image->Ysize, side, out);
  return own;
}

}  // namespace tsimcne
