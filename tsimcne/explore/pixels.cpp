#include "tsimcne/explore/pixels.hpp"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it

#include <jpeglib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <utility>

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

/// libjpeg's compressor and the file that it writes. No exception may pass libjpeg's frames, so its
/// errors, and that of memory for the file, jump to `back`.
struct Compressor {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg_destination_mgr destination{};
  std::jmp_buf back{};
  std::string file;

  Compressor() = default;
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor() { jpeg_destroy_compress(&jpeg); }
};

template <typename Jpeg>
Compressor& compressor_of(Jpeg jpeg) {
  return *static_cast<Compressor*>(jpeg->client_data);
}

void leave(j_common_ptr jpeg) {
  std::longjmp(compressor_of(jpeg).back, 1);
}

/// False where there is no memory.
bool double_size(std::string& file) try {
  file.resize(std::max(2 * file.size(), size_t{1} << 12));
  return true;
} catch (const std::exception&) {
  return false;
}

/// Doubles the file.
void make_room(j_compress_ptr jpeg) {
  Compressor& compressor = compressor_of(jpeg);
  std::string& file = compressor.file;
  const size_t used = file.size();
  if (!double_size(file)) std::longjmp(compressor.back, 1);
  compressor.destination.next_output_byte = reinterpret_cast<JOCTET*>(file.data()) + used;
  compressor.destination.free_in_buffer = file.size() - used;
}

/// False where libjpeg refuses.
bool compress(Compressor& compressor, const Pixels& pixels, int quality) {
  jpeg_compress_struct& jpeg = compressor.jpeg;
  jpeg.err = jpeg_std_error(&compressor.errors);
  jpeg.err->error_exit = leave;
  jpeg.client_data = &compressor;
  // libjpeg jumps here on errors. Nothing between here and the end has a destructor.
  if (setjmp(compressor.back) != 0) return false;
  jpeg_create_compress(&jpeg);
  jpeg.dest = &compressor.destination;
  jpeg.dest->init_destination = make_room;
  jpeg.dest->empty_output_buffer = [](j_compress_ptr full) -> boolean {
    make_room(full);
    return TRUE;
  };
  jpeg.dest->term_destination = [](j_compress_ptr) {};
  jpeg.image_width = jpeg.image_height = static_cast<JDIMENSION>(pixels.side);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.optimize_coding = TRUE;
  if (quality >= 90) jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&jpeg, TRUE);
  const size_t stride = static_cast<size_t>(pixels.side) * 3;
  while (jpeg.next_scanline < jpeg.image_height) {
    // libjpeg takes rows as they may be written to, and only reads them.
    auto* row = const_cast<JSAMPLE*>(pixels.values.data() + jpeg.next_scanline * stride);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  return true;
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
  Compressor compressor;
  if (!compress(compressor, pixels, quality)) {
    fail("a picture of {0} x {0} pixels could not be encoded as JPEG", pixels.side);
  }
  compressor.file.resize(compressor.file.size() - compressor.destination.free_in_buffer);
  return std::move(compressor.file);
}

}  // namespace tsimcne
