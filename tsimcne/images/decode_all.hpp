#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/images/decode.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/pack.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {

/// What became of the wanted images, an entry each.
struct DecodedImages {
  int side = 0;                       // pixels
  std::vector<std::string> problems;  // "" where the image was decoded
  std::vector<uint64_t> hashes;       // of the pixels, where it was
  std::vector<Shape> shapes;          // its own, where it was
};

/// Decodes the wanted images of a source with all threads and moves those that could be decoded to
/// the front of the pack's room, in their order. At most 64 MB of files and one file more are in
/// memory at a time.
DecodedImages decode_all(ImageSource& source, std::span<const int64_t> wanted,
                         const ImageOptions& options, PackWriter& pack);

}  // namespace tsimcne
