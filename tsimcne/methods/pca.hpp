#pragma once

#include <vector>

#include "tsimcne/methods/making.hpp"

namespace tsimcne {

// Principal components of pixels, of a run's features or of rows of numbers: a map without a
// network, in seconds.

std::vector<Setting> pca_settings();
extern const Making pca_making;

}  // namespace tsimcne
