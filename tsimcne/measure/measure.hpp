#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tsimcne/matrix.hpp"
#include "tsimcne/measure/division.hpp"

namespace tsimcne {

/// The share of test rows whose label is the most frequent one among their k nearest training rows
/// (Euclidean; of equally frequent labels the smaller), as scikit-learn's KNeighborsClassifier
/// votes. k is lowered to the number of training rows. Throws an Error where a side is empty or a
/// divided row has no label.
double knn_accuracy(MatrixView points, std::span<const int32_t> labels, const Division& division,
                    int64_t k = 15);

/// The same for several numbers of neighbours, by one search.
std::vector<double> knn_accuracies(MatrixView points, std::span<const int32_t> labels,
                                   const Division& division, std::span<const int64_t> ks);

}  // namespace tsimcne
