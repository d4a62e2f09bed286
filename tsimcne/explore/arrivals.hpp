#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tsimcne {

/// Thumbnails of images while they are decoded, when there is no map yet: as many as fill a screen.
/// May be used by several threads.
class Arrivals {
 public:
  /// The pixels of an image, side x side, RGB. Of another side than those before, it is the first
  /// again: all are decoded anew then.
  void add(std::span<const uint8_t> pixels, int side);

  /// Eight times eight of them, from the one with the number 64 `sheet` on.
  struct Sheet {
    std::string jpeg;   // black where images have not come
    int64_t count = 0;  // of those that have
  };
  /// Nothing where none of them has come.
  std::optional<Sheet> sheet(int64_t sheet) const;

 private:
  mutable std::mutex lock_;  // of what follows
  int side_ = 0;             // of the images
  std::vector<std::vector<uint8_t>> thumbnails_;
};

}  // namespace tsimcne
