#pragma once

#include <filesystem>
#include <vector>

#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

/// What each epoch of a run came to, a line of JSON an epoch, in a file that others read while it
/// grows.
class Journal {
 public:
  /// Writes the epochs so far, in place of what an earlier program had added to them.
  Journal(std::filesystem::path file, const std::vector<EpochRecord>& epochs);

  /// Adds those of `epochs` that are not yet in it. Throws an Error where it cannot be written.
  void add(const std::vector<EpochRecord>& epochs);

 private:
  std::filesystem::path file_;
  size_t written_ = 0;
};

}  // namespace tsimcne
