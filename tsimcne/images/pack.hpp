#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/contents.hpp"
#include "tsimcne/images/mapping.hpp"

namespace tsimcne {

/// The largest side of packed images, pixels.
constexpr int most_side = 4096;

/// Room for pixels that becomes an ImageSet: in memory, or in a file as read_pack reads it. The
/// file has a header of one page, the pixels (count * side * side * 3 bytes) from its second page
/// on, and behind them the catalog as JSON. Header and catalog bear checksums; the pixels do not,
/// so that opening a pack does not read them all: their hash is part of the fingerprint.
class PackWriter {
 public:
  /// An empty path: in memory.
  explicit PackWriter(const std::filesystem::path& path);

  /// Room for `count` images; what was there before is lost.
  std::span<uint8_t> make_room(int64_t count, int side);
  /// Keeps the pixels of the first catalog.size() images and says what is known of them: all of
  /// `contents` but the pixels.
  std::shared_ptr<const ImageSet::Contents> finish(ImageSet::Contents contents);

 private:
  std::filesystem::path path_;
  std::optional<WholeFile> file_;
  Mapping room_;
  bool is_of_file_ = false;  // the room; else it is in memory, since the disk cannot map files
};

}  // namespace tsimcne
