#pragma once

#include <cstdint>
#include <span>

#include "tsimcne/matrix.hpp"
#include "tsimcne/measure/division.hpp"

namespace tsimcne {

/// The share of test rows whose label is the most frequent one among their k nearest training rows
/// (Euclidean; of equally frequent labels the smaller), as scikit-learn's KNeighborsClassifier
/// votes. k is lowered to the number of training rows. Throws an Error where a side is empty or a
/// divided row has no label.
double knn_accuracy(MatrixView points, std::span<const int32_t> labels, const Division& division,
                    int64_t k = 15);

/// The share of a row's k nearest other rows by features [n, f] that are also among its k nearest
/// on the map [n, 2 or 3], averaged over `queries` random rows (all where there are fewer). In 0 ..
/// 1; chance is k / (n - 1).
double neighbourhood_preservation(MatrixView points, MatrixView features, int64_t k,
                                  int64_t queries, uint64_t seed);

}  // namespace tsimcne
