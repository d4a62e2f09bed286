#pragma once

#include "tsimcne/explore/exhibit.hpp"
#include "tsimcne/explore/server.hpp"
#include "tsimcne/run/changes.hpp"
#include "tsimcne/run/run_folder.hpp"

namespace tsimcne {

/// A run's map as the explorer shows it. Throws an Error where files are missing or damaged.
Exhibit exhibit_of(const RunFolder& run);

/// The same with what has changed since: new images where the run's function places them, and a
/// column that tells which are new and which are gone.
Exhibit with_changes(Exhibit exhibit, const Changes& changes, const RunFolder& run);

/// Places images by the run's own network, which is read when the first one comes; none where the
/// run has no network.
PlaceImage placing_of(const RunFolder& run);

}  // namespace tsimcne
