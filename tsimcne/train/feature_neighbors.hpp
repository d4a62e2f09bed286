#pragma once

#include <cstdint>

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/matrix.hpp"
#include "tsimcne/train/recipe.hpp"

namespace tsimcne {

/// Images among which neighbours are searched, at most.
constexpr int64_t most_neighbor_references = 65536;

/// What is near by features: the cosine between their first principal components, 128 at most as
/// they are, or 64 at most of which the strong are weighed down to the fourth root of their
/// variance, since the strongest directions of short training are those of colour and brightness.
enum class Nearness { cosine, whitened };

/// Which of them is meant for the recipe's backbone.
Nearness nearness_of(const Recipe& recipe);

/// The k images nearest to each of n images, by their features [n, f]. In a small collection fewer
/// than k, a fiftieth of it. Where there are more than most_neighbor_references images, among as
/// many of them chosen at random, so that time grows with n and not with its square. Throws an
/// Error where there are fewer than two images or features are not finite.
Neighbors feature_neighbors(const Matrix& features, Nearness nearness, int64_t k, uint64_t seed);

}  // namespace tsimcne
