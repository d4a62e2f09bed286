#pragma once

#include <string>
#include <vector>

#include "tsimcne/images/fingerprint.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/mapping.hpp"

namespace tsimcne {

/// What the copies of an ImageSet share.
struct ImageSet::Contents {
  std::shared_ptr<const Mapping> file{};              // with the pixels
  std::shared_ptr<const void> owner{};                // of their memory where that is another's
  std::span<const uint8_t> pixels;                    // of all images, side * side * 3 bytes each
  std::vector<std::span<const uint8_t>> elsewhere{};  // the pixels of each, where they are those of
  std::vector<ImageSet> others{};                     // other sets
  int side = 0;
  Catalog catalog;
  std::vector<SkippedImage> skipped;
  std::vector<std::string> notes;
  std::vector<SizeCount> original_sizes;
  std::string fingerprint;
  std::string source_stamp;
};

/// What changes with any pixel, path, label or split.
std::string fingerprint_of(const Catalog& catalog, int side, Fingerprint pixels);

}  // namespace tsimcne
