#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tsimcne {

/// What a TIFF's first directory says of its samples, as far as libvips does not tell.
struct TiffTags {
  enum Photometric { white_is_zero = 0, black_is_zero = 1, rgb = 2, cmyk = 5, ycbcr = 6, lab = 8 };

  int photometric = -1;
  int compression = 1;           // none; 6 and 7 are JPEG
  int samples = 1;               // a pixel
  std::vector<int> extra_kinds;  // of the samples beyond the colours: 1 and 2 are alpha

  bool is_jpeg() const { return compression == 6 || compression == 7; }
};

/// Reads them; nothing where the directory is damaged.
std::optional<TiffTags> read_tiff_tags(std::span<const uint8_t> file);

}  // namespace tsimcne
