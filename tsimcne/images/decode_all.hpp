#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tsimcne/images/decode.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/pack.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {

/// What became of images.
struct DecodedImages {
  int side = 0;                  // pixels
  std::vector<int64_t> indices;  // in the source's catalog, of those that were decoded, ascending
  std::vector<uint64_t> hashes;  // of the pixels of each
  std::vector<Shape> shapes;     // its own
  uint8_t darkest = 255;         // of all channels of all pixels
  uint8_t brightest = 0;
  std::vector<std::pair<int64_t, std::string>> problems;  // index and reason of the others

  int64_t size() const { return static_cast<int64_t>(indices.size()); }
};

/// Decodes images of a source with all threads to the front of the pack's room, in the order of
/// their indices: the first `count` of `order` that can be decoded, or as many as there are. At
/// most 64 MB of files and one file more are in memory at a time.
DecodedImages decode_all(ImageSource& source, std::span<const int64_t> order, size_t count,
                         const ImageOptions& options, PackWriter& pack);

}  // namespace tsimcne
