#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tsimcne/catalog.hpp"

namespace tsimcne {

/// Rows to learn from and rows to be tested on, ascending; rows without a label are in neither.
struct Division {
  std::vector<int64_t> train;
  std::vector<int64_t> test;
};

/// The makers' own: the rows of the test split against all others. None where either side has no
/// labelled row.
std::optional<Division> official_division(const Catalog& catalog);

/// The first `train_rows` rows against the rest. Throws an Error where a side has no labelled row.
Division first_rows_division(std::span<const int32_t> labels, int64_t train_rows);

/// `test_count` labelled rows at random against the other labelled ones, each class in proportion
/// as scikit-learn's train_test_split(stratify=labels) deals them. Throws an Error where a side
/// would be empty.
Division random_division(std::span<const int32_t> labels, int64_t test_count, uint64_t seed);

}  // namespace tsimcne
