#pragma once

#include <vector>

#include "tsimcne/methods/making.hpp"

namespace tsimcne {

/// Settings of parametric t-SNE, and of parametric UMAP.
std::vector<Setting> ptsne_settings();
std::vector<Setting> pumap_settings();

extern const Making parametric_making;  // of both

}  // namespace tsimcne
