#pragma once

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/graph/sparse_rows.hpp"

namespace tsimcne {

/// The symmetric affinities of t-SNE (van der Maaten and Hinton, "Visualizing data using t-SNE",
/// 2008, equations 1 and 2, among nearest neighbours as in van der Maaten 2014): of each point a
/// Gaussian over its neighbours, so wide that its perplexity is the wanted one; p_ij is the mean of
/// both directions over n, and all sum up to 1. near: of n points among themselves, each without
/// itself; three times the perplexity of them are enough. The perplexity must be below their
/// number. The same with any number of threads.
SparseRows perplexity_affinities(const Neighbors& near, double perplexity);

}  // namespace tsimcne
