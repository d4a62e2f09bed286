#pragma once

#include <optional>
#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/run/run_folder.hpp"

namespace tsimcne {

/// What has happened to a run's input since its map was made.
struct Changes {
  std::optional<ImageSet> added;  // images that the map does not have, decoded as its own are
  std::vector<int64_t> gone;      // of the map's images, those whose files are not there any more
  std::string note{};             // a sentence where this cannot be told, without its stop
};

/// Compares the names of the images; of a run on some of them (--limit) none are added. Throws an
/// Error where the run is damaged.
Changes changes_of(const RunFolder& run, const Map& map, const Listener& listener = {});

}  // namespace tsimcne
