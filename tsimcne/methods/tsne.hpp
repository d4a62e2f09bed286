#pragma once

#include <vector>

#include "tsimcne/methods/making.hpp"

namespace tsimcne {

// t-SNE (van der Maaten and Hinton 2008) of pixels, of a run's features or of rows of numbers: free
// points, among which new ones are placed by their neighbours.

std::vector<Setting> tsne_settings();
extern const Making tsne_making;

}  // namespace tsimcne
