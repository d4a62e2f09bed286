#pragma once

#include <string>
#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/mapping.hpp"

namespace tsimcne {

/// What the copies of an ImageSet share.
struct ImageSet::Contents {
  Mapping mapping;
  size_t pixels_offset =
      0;  // of image 0 in the mapping; image i stands i * side * side * 3 further
  int side = 0;
  Catalog catalog;
  std::vector<SkippedImage> skipped;
  std::vector<SizeCount> original_sizes;
  std::string fingerprint;
  std::string source_stamp;
};

}  // namespace tsimcne
