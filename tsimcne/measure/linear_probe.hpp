#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tsimcne/matrix.hpp"
#include "tsimcne/measure/division.hpp"

namespace tsimcne {

/// What tells classes apart along straight lines: of each class a weight a column of standardised
/// features, and an offset. The class whose sum is largest is the answer.
struct LinearProbe {
  std::vector<int32_t> classes;  // their labels, ascending
  std::vector<double> mean;      // [d], of the training rows' columns
  std::vector<double> scale;     // [d], their standard deviations; 1 where that is 0
  std::vector<double> weights;   // [classes, d]
  std::vector<double> offsets;   // [classes]
  int rounds = 0;                // of the minimisation
  bool converged = false;
};

/// Multinomial logistic regression: minimises the sum over these rows of the cross-entropy of their
/// labels, plus half the squared weights, as scikit-learn's LogisticRegression with C = 1 does on
/// features that StandardScaler has scaled; of two classes, where that has one set of weights w and
/// here there are w / 2 and -w / 2, plus all of the squared weights, which is the same. Ends where
/// no component of the mean gradient exceeds `tolerance`, whose default is scikit-learn's, or after
/// 200 rounds. Throws an Error where rows are of fewer than 2 classes or have no label.
LinearProbe learn_probe(MatrixView features, std::span<const int32_t> labels,
                        std::span<const int64_t> rows, double tolerance = 1e-4);

/// The share of these rows whose label the probe tells.
double probe_accuracy(const LinearProbe& probe, MatrixView features,
                      std::span<const int32_t> labels, std::span<const int64_t> rows);

}  // namespace tsimcne
