#pragma once

#include <cstdint>
#include <functional>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Rows of numbers that are read some at a time, so that they need not all be in memory as floats.
struct RowSource {
  int64_t rows = 0;
  int64_t cols = 0;
  /// Writes `count` rows from `first` on: count * cols floats. Called by many threads at once.
  std::function<void(int64_t first, int64_t count, float* out)> read;
};

/// The rows of a matrix that outlives it.
RowSource source_of(MatrixView rows);

}  // namespace tsimcne
