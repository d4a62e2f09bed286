#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tsimcne {

/// A sparse n x n matrix, row after row, the columns of a row ascending.
struct SparseRows {
  std::vector<int64_t> starts;  // [n + 1], of each row among columns and values
  std::vector<int32_t> columns;
  std::vector<float> values;

  int64_t rows() const { return static_cast<int64_t>(starts.size()) - 1; }
  std::span<const int32_t> columns_of(int64_t row) const {
    return {columns.data() + starts[static_cast<size_t>(row)], count(row)};
  }
  std::span<const float> values_of(int64_t row) const {
    return {values.data() + starts[static_cast<size_t>(row)], count(row)};
  }

 private:
  size_t count(int64_t row) const {
    const auto i = static_cast<size_t>(row);
    return static_cast<size_t>(starts[i + 1] - starts[i]);
  }
};

}  // namespace tsimcne
