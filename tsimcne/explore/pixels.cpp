#include "tsimcne/explore/pixels.hpp"

#include <cstdio>  // jpeglib.h needs it

#include <jpeglib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

/// What a pixel of the smaller image covers along an axis: pixels `first` .. `last` - 1 of the
/// larger one, of the outer two only a share.
struct Cover {
  int first, last;
  float first_share, last_share;

  Cover(int pixel, int side, int image_side) {
    const double from = static_cast<double>(pixel) * image_side / side;
    const double to = static_cast<double>(pixel + 1) * image_side / side;
    first = static_cast<int>(from);
    last = std::clamp(static_cast<int>(std::ceil(to - 1e-9)), first + 1, image_side);
    first_share = static_cast<float>(std::min(to, first + 1.0) - from);
    last_share = last - 1 == first ? first_share : static_cast<float>(to - (last - 1));
  }
  float share(int pixel) const {
    return pixel == first ? first_share : pixel == last - 1 ? last_share : 1;
  }
};

std::array<uint8_t, 3> mean(std::span<const uint8_t> image, int image_side, const Cover& rows,
                            const Cover& columns) {
  std::array<float, 3> sum{};
  float area = 0;
  for (int row = rows.first; row < rows.last; ++row) {
    for (int column = columns.first; column < columns.last; ++column) {
      const float share = rows.share(row) * columns.share(column);
      const size_t at = static_cast<size_t>(row * image_side + column) * 3;
      for (size_t c = 0; c < 3; ++c) sum[c] += share * static_cast<float>(image[at + c]);
      area += share;
    }
  }
  std::array<uint8_t, 3> result{};
  for (size_t c = 0; c < 3; ++c) result[c] = static_cast<uint8_t>(sum[c] / area + 0.5f);
  return result;
}

}  // namespace

void shrink_into(Pixels& pixels, int x, int y, int side, std::span<const uint8_t> image,
                 int image_side) {
  for (int row = 0; row < side; ++row) {
    const size_t start = static_cast<size_t>((y + row) * pixels.side + x) * 3;
    uint8_t* to = pixels.values.data() + start;
    if (side == image_side) {
      std::copy_n(image.data() + static_cast<size_t>(row) * static_cast<size_t>(side) * 3,
                  static_cast<size_t>(side) * 3, to);
      continue;
    }
    const Cover rows(row, side, image_side);
    for (int column = 0; column < side; ++column, to += 3) {
      std::ranges::copy(mean(image, image_side, rows, Cover(column, side, image_side)), to);
    }
  }
}

std::string encode_jpeg(const Pixels& pixels, int quality) {
  jpeg_compress_struct compress;
  jpeg_error_mgr errors;
  compress.err = jpeg_std_error(&errors);
  errors.error_exit = [](j_common_ptr) { fail("a picture could not be encoded as JPEG"); };
  jpeg_create_compress(&compress);
  unsigned char* bytes = nullptr;
  unsigned long length = 0;
  jpeg_mem_dest(&compress, &bytes, &length);
  compress.image_width = compress.image_height = static_cast<JDIMENSION>(pixels.side);
  compress.input_components = 3;
  compress.in_color_space = JCS_RGB;
  jpeg_set_defaults(&compress);
  jpeg_set_quality(&compress, quality, TRUE);
  compress.optimize_coding = TRUE;
  if (quality >= 90) compress.comp_info[0].h_samp_factor = compress.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&compress, TRUE);
  const size_t stride = static_cast<size_t>(pixels.side) * 3;
  while (compress.next_scanline < compress.image_height) {
    // libjpeg takes rows as they may be written to, and only reads them.
    auto* row = const_cast<JSAMPLE*>(pixels.values.data() + compress.next_scanline * stride);
    jpeg_write_scanlines(&compress, &row, 1);
  }
  jpeg_finish_compress(&compress);
  jpeg_destroy_compress(&compress);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(bytes, &std::free);
  return {reinterpret_cast<const char*>(bytes), length};
}

}  // namespace tsimcne
