#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// All images as thumbnails on square pages, in several sizes. The images' places on the pages
/// follow a space-filling curve of the map, so that a part of the map needs few pages.
class Atlas {
 public:
  struct Level {
    int side = 0;       // of a thumbnail, pixels
    int columns = 0;    // thumbnails in a row of a page, and rows of a page
    int64_t pages = 0;  // the last one may be partly black
  };

  /// points: [n, 2 or 3], the map of the n images; sides: of the levels' thumbnails, ascending.
  Atlas(ImageSet images, const Matrix& points, const std::vector<int>& sides);

  const std::vector<Level>& levels() const { return levels_; }
  /// [n]: the place of each image, page after page, row after row.
  std::span<const uint32_t> slots() const { return slots_; }
  /// A page as a JPEG. It is made now: nothing is kept.
  std::string page(size_t level, int64_t page) const;

 private:
  ImageSet images_;
  std::vector<Level> levels_;
  std::vector<uint32_t> slots_, images_by_slot_;
};

/// The sides of thumbnails where pages are made as they are asked for: each half as large as the
/// next, the last as large as the images, 128 pixels at most.
std::vector<int> sides_of_thumbnails(int side);

}  // namespace tsimcne
