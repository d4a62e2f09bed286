#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tsimcne {

/// Rows of numbers, one row a point, stored row after row.
struct Matrix {
  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<float> values;  // rows * cols

  Matrix() = default;
  Matrix(int64_t row_count, int64_t col_count)
      : rows(row_count), cols(col_count), values(static_cast<size_t>(row_count * col_count)) {}

  bool empty() const { return rows == 0; }
  std::span<float> row(int64_t i) { return {values.data() + i * cols, static_cast<size_t>(cols)}; }
  std::span<const float> row(int64_t i) const {
    return {values.data() + i * cols, static_cast<size_t>(cols)};
  }
};

}  // namespace tsimcne
