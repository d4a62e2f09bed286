#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "tsimcne/error.hpp"
#include "tsimcne/images/image_formats.hpp"

// Bitmaps of Windows and OS/2. libvips has no reader of its own for them.
namespace tsimcne {
namespace {

using File = std::span<const uint8_t>;
using Colour = std::array<uint8_t, 3>;  // red, green, blue

enum Compression : uint32_t { plain = 0, runs_8 = 1, runs_4 = 2, fields = 3, alpha_fields = 6 };

uint32_t number(File file, size_t at, size_t bytes) {
  if (at + bytes > file.size()) fail("damaged: it is cut short in its header");
  uint32_t value = 0;
  for (size_t i = bytes; i-- > 0;) value = value << 8 | file[at + i];
  return value;
}

/// A channel's bits in a pixel.
struct Mask {
  uint32_t bits = 0;

  uint8_t of(uint32_t pixel) const {
    if (bits == 0) return 0;
    const int shift = std::countr_zero(bits);
    const uint64_t largest = bits >> shift;
    const uint64_t value = (pixel & bits) >> shift;
    return static_cast<uint8_t>((value * 255 + largest / 2) / largest);
  }
};

struct Header {
  int64_t width = 0;
  int64_t height = 0;
  bool is_top_down = false;
  uint32_t depth = 0;  // bits a pixel
  uint32_t compression = plain;
  std::array<Mask, 4> masks;  // red, green, blue, alpha; of 16 and 32 bits
  std::vector<Colour> palette;
  size_t pixels_at = 0;

  int64_t row_bytes() const { return (width * depth + 31) / 32 * 4; }
};

void check(const Header& header, bool knows_compression) {
  if (header.width < 1 || header.height < 1) fail("damaged: it declares no pixels");
  if (header.width * header.height > most_pixels) {
    fail("declares {} x {} pixels, more than the limit of 2^28", header.width, header.height);
  }
  constexpr std::array<uint32_t, 6> depths = {1, 4, 8, 16, 24, 32};
  if (std::ranges::find(depths, header.depth) == depths.end()) {
    fail("damaged: it declares {} bits a pixel", header.depth);
  }
  const bool fits = header.compression == plain ||
                    (header.compression == runs_8 && header.depth == 8) ||
                    (header.compression == runs_4 && header.depth == 4) ||
                    ((header.compression == fields || header.compression == alpha_fields) &&
                     (header.depth == 16 || header.depth == 32));
  if (!knows_compression || !fits) {
    fail("a BMP of a kind that is not read (compression {}); convert it to PNG",
         header.compression);
  }
}

void read_masks(File file, size_t at, uint32_t header_bytes, Header& header) {
  if (header.compression == fields || header.compression == alpha_fields) {
    const bool has_alpha = header.compression == alpha_fields || header_bytes >= 56;
    for (size_t c = 0; c < (has_alpha ? 4 : 3); ++c) {
      header.masks[c].bits = number(file, at + 40 + 4 * c, 4);
    }
  } else if (header.depth == 16) {
    header.masks = {Mask{0x7C00}, Mask{0x03E0}, Mask{0x001F}, Mask{0}};
  } else {
    header.masks = {Mask{0xFF0000}, Mask{0x00FF00}, Mask{0x0000FF}, Mask{0}};
  }
}

void read_palette(File file, size_t at, size_t entry_bytes, uint32_t used, Header& header) {
  if (header.depth > 8) return;
  const size_t most = size_t{1} << header.depth;
  const size_t count = used == 0 ? most : std::min<size_t>(used, most);
  for (size_t i = 0; i < count; ++i) {
    const uint32_t bgr = number(file, at + i * entry_bytes, 3);
    header.palette.push_back({static_cast<uint8_t>(bgr >> 16), static_cast<uint8_t>(bgr >> 8),
                              static_cast<uint8_t>(bgr)});
  }
  header.palette.resize(most);  // black, where a pixel names what is not there
}

/// Reads the header at `at`; the pixels begin at `pixels_at`, or right behind it where that is 0.
Header read_header(File file, size_t at, size_t pixels_at) {
  Header header;
  const uint32_t bytes = number(file, at, 4);
  uint32_t used = 0;
  size_t palette_at = at + bytes;
  size_t entry_bytes = 4;
  if (bytes == 12) {
    header.width = number(file, at + 4, 2);
    header.height = number(file, at + 6, 2);
    header.depth = number(file, at + 10, 2);
    entry_bytes = 3;
  } else {
    header.width = static_cast<int32_t>(number(file, at + 4, 4));
    header.height = static_cast<int32_t>(number(file, at + 8, 4));
    header.is_top_down = header.height < 0;
    if (header.is_top_down) header.height = -header.height;
    header.depth = number(file, at + 14, 2);
    if (bytes >= 40) {
      header.compression = number(file, at + 16, 4);
      used = number(file, at + 32, 4);
    }
  }
  // OS/2 gives the compressions other meanings.
  check(header, bytes != 64 || header.compression == plain);
  read_masks(file, at, bytes, header);
  if (bytes == 40 && header.compression == fields) palette_at += 12;
  if (bytes == 40 && header.compression == alpha_fields) palette_at += 16;
  read_palette(file, palette_at, entry_bytes, used, header);
  const size_t entries = header.depth <= 8 ? (used == 0 ? size_t{1} << header.depth : used) : used;
  header.pixels_at = pixels_at > 0 ? pixels_at : palette_at + entries * entry_bytes;
  return header;
}

/// Puts colours at places of an image.
class Canvas {
 public:
  explicit Canvas(const Header& header) : is_top_down_(header.is_top_down) {
    pixels_.width = static_cast<int>(header.width);
    pixels_.height = static_cast<int>(header.height);
    pixels_.bytes.resize(static_cast<size_t>(header.width * header.height) * 3);
  }

  /// Row `y` in the order of the file.
  void put(int64_t x, int64_t y, Colour colour) {
    const int64_t row = is_top_down_ ? y : pixels_.height - 1 - y;
    std::ranges::copy(colour, &pixels_.bytes[static_cast<size_t>(row * pixels_.width + x) * 3]);
  }

  RgbPixels take() { return std::move(pixels_); }

 private:
  RgbPixels pixels_;
  bool is_top_down_;
};

Colour over_white(Colour colour, uint8_t alpha) {
  for (uint8_t& value : colour) {
    value = static_cast<uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
  }
  return colour;
}

uint32_t pixel_at(File row, int64_t x, uint32_t depth) {
  if (depth >= 8) return number(row, static_cast<size_t>(x) * depth / 8, depth / 8);
  const auto bit = static_cast<size_t>(x) * depth;
  return row[bit / 8] >> (8 - depth - bit % 8) & ((1u << depth) - 1);
}

RgbPixels read_rows(File file, const Header& header) {
  const auto row_bytes = static_cast<size_t>(header.row_bytes());
  const auto rows = static_cast<size_t>(header.height);
  if (header.pixels_at > file.size() || (file.size() - header.pixels_at) / row_bytes < rows) {
    fail("damaged: it is cut short");
  }
  const auto row = [&](int64_t y) {
    return file.subspan(header.pixels_at + static_cast<size_t>(y) * row_bytes, row_bytes);
  };
  // Many programs declare an alpha and leave it at zero.
  bool has_alpha = false;
  for (int64_t y = 0; header.masks[3].bits != 0 && y < header.height && !has_alpha; ++y) {
    for (int64_t x = 0; x < header.width && !has_alpha; ++x) {
      has_alpha = header.masks[3].of(pixel_at(row(y), x, header.depth)) != 0;
    }
  }
  Canvas canvas(header);
  for (int64_t y = 0; y < header.height; ++y) {
    const File line = row(y);
    for (int64_t x = 0; x < header.width; ++x) {
      const uint32_t pixel = pixel_at(line, x, header.depth);
      if (header.depth <= 8) {
        canvas.put(x, y, header.palette[pixel]);
        continue;
      }
      const auto& masks = header.masks;
      const Colour colour = {masks[0].of(pixel), masks[1].of(pixel), masks[2].of(pixel)};
      canvas.put(x, y, has_alpha ? over_white(colour, masks[3].of(pixel)) : colour);
    }
  }
  return canvas.take();
}

/// Run-length encoded rows. What they leave out is black, as their first colour mostly is.
RgbPixels read_runs(File file, const Header& header) {
  // A pair of bytes stands for 255 pixels at most.
  if (header.width * header.height / 256 > std::ssize(file)) fail("damaged: it is cut short");
  Canvas canvas(header);
  size_t at = header.pixels_at;
  const auto next = [&] {
    if (at >= file.size()) fail("damaged: it is cut short");
    return file[at++];
  };
  int64_t x = 0, y = 0;
  const auto put = [&](uint32_t index) {
    if (x < header.width && y < header.height) canvas.put(x, y, header.palette[index]);
    ++x;
  };
  const bool is_nibbles = header.depth == 4;
  const auto put_from = [&](uint8_t byte, bool second) {
    put(is_nibbles ? (second ? byte & 15 : byte >> 4) : byte);
  };
  while (y < header.height) {
    const uint8_t count = next(), value = next();
    if (count > 0) {
      for (int i = 0; i < count; ++i) put_from(value, i % 2 == 1);
    } else if (value == 0) {  // the end of a row
      x = 0;
      ++y;
    } else if (value == 1) {  // of the image
      break;
    } else if (value == 2) {  // a step
      x += next();
      y += next();
    } else {  // as many pixels as they are, in whole words
      const int bytes = is_nibbles ? (value + 1) / 2 : value;
      uint8_t byte = 0;
      for (int i = 0; i < value; ++i) {
        if (!is_nibbles || i % 2 == 0) byte = next();
        put_from(byte, i % 2 == 1);
      }
      if (bytes % 2 == 1) next();
    }
  }
  return canvas.take();
}

RgbPixels read_pixels(File file, const Header& header) {
  const bool has_runs = header.compression == runs_8 || header.compression == runs_4;
  return has_runs ? read_runs(file, header) : read_rows(file, header);
}

}  // namespace

RgbPixels read_bmp(std::span<const uint8_t> file) {
  return read_pixels(file, read_header(file, 14, number(file, 10, 4)));
}

RgbPixels read_dib(std::span<const uint8_t> file) {
  return read_pixels(file, read_header(file, 0, 0));
}

}  // namespace tsimcne
