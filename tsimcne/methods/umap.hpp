#pragma once

#include <vector>

#include "tsimcne/methods/making.hpp"

namespace tsimcne {

// UMAP (McInnes, Healy and Melville 2018) of pixels, of a run's features or of rows of numbers:
// free points, beside which new ones are placed.

std::vector<Setting> umap_settings();

/// The setting --neighbors, of no method yet.
Setting setting_neighbors();

/// The --neighbors that are wanted, each point among its own, or all n points where there are
/// fewer, which is said.
int64_t possible_neighbors(const Settings& settings, int64_t n, const Listener& listener);
extern const Making umap_making;

}  // namespace tsimcne
