#pragma once

#include <vector>

#include "tsimcne/methods/making.hpp"

namespace tsimcne {

// t-SNE (van der Maaten and Hinton 2008) of pixels, of a run's features or of rows of numbers: free
// points, among which new ones are placed by their neighbours.

std::vector<Setting> tsne_settings();

/// The setting --perplexity, of no method yet.
Setting setting_perplexity();

/// The --perplexity that is wanted, or a third of n - 1 where there are too few points, which is
/// said.
double possible_perplexity(const Settings& settings, int64_t n, const Listener& listener);
extern const Making tsne_making;

}  // namespace tsimcne
