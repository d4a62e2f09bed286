#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tsimcne {

/// No format declares more pixels than this and is decoded: 2^28.
constexpr int64_t most_pixels = int64_t{1} << 28;

/// So many of a file's first bytes tell its format.
constexpr size_t start_bytes = 4096;

/// RGB, row after row.
struct RgbPixels {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> bytes;
};

/// A format that a file can be in. A file is of the first format of the table that knows it; only
/// what that entry names is ever asked to decode it.
struct ImageFormat {
  std::string_view name;      // "PNG"; of what is no image, "a video"
  std::string_view sentence;  // what is read of it; of what is not read, what to do
  /// Whether a file that begins like this is one.
  bool (*knows)(std::span<const uint8_t> start);
  /// The operation of libvips that opens it; "": none.
  std::string_view loader{};
  /// Decodes it without libvips; throws an Error in a few words where it is damaged.
  RgbPixels (*read)(std::span<const uint8_t> file) = nullptr;
  /// One that is decoded as a whole, at several bytes a pixel, has a smaller limit.
  int64_t most = most_pixels;
  /// False for what is found among images and is none.
  bool is_image = true;

  /// Whether it is read, where libvips has its loader.
  bool is_meant() const { return !loader.empty() || read != nullptr; }
};

/// All formats that are known, those that are read first.
std::span<const ImageFormat> image_formats();

/// The format of a file by its first bytes, start_bytes of them where it has as many; nullptr where
/// it is none that is known.
const ImageFormat* format_of(std::span<const uint8_t> start);

/// Whether files of this format can be decoded here: some of libvips's loaders are not everywhere.
bool can_read(const ImageFormat& format);

// The readers of our own. Sizes are checked against the file before memory is taken.
RgbPixels read_bmp(std::span<const uint8_t> file);
RgbPixels read_dib(std::span<const uint8_t> file);
RgbPixels read_pnm(std::span<const uint8_t> file);

}  // namespace tsimcne
