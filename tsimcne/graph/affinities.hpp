#pragma once

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/graph/sparse_rows.hpp"

namespace tsimcne {

/// The conditional affinities of t-SNE (van der Maaten and Hinton, "Visualizing data using t-SNE",
/// 2008, equation 1): of each query a Gaussian over its neighbours, so wide that its perplexity is
/// the wanted one; [queries, k], each row's sum 1. The perplexity is 1 to the number of neighbours.
Matrix conditional_affinities(const Neighbors& near, double perplexity);

/// The symmetric affinities of t-SNE (van der Maaten and Hinton, "Visualizing data using t-SNE",
/// 2008, equation 2, among nearest neighbours as in van der Maaten 2014): the mean of the
/// conditional ones of both directions over n, which all sum up to 1. near: of n points among
/// themselves, each without itself; three times the perplexity of them are enough. The perplexity
/// must be below their number. The same with any number of threads.
SparseRows perplexity_affinities(const Neighbors& near, double perplexity);

}  // namespace tsimcne
