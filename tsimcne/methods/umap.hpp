#pragma once

#include <vector>

#include "tsimcne/methods/making.hpp"

namespace tsimcne {

// UMAP (McInnes, Healy and Melville 2018) of pixels, of a run's features or of rows of numbers:
// free points, beside which new ones are placed.

std::vector<Setting> umap_settings();
extern const Making umap_making;

}  // namespace tsimcne
