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

/// Rows of numbers that somebody else keeps: a Matrix, a mapped file, another language's array.
struct MatrixView {
  int64_t rows = 0;
  int64_t cols = 0;
  const float* values = nullptr;  // rows * cols, row after row

  MatrixView() = default;
  MatrixView(const float* first, int64_t row_count, int64_t col_count)
      : rows(row_count), cols(col_count), values(first) {}
  MatrixView(const Matrix& matrix)  // NOLINT: a Matrix is one wherever it is read
      : rows(matrix.rows), cols(matrix.cols), values(matrix.values.data()) {}

  bool empty() const { return rows == 0; }
  std::span<const float> row(int64_t i) const {
    return {values + i * cols, static_cast<size_t>(cols)};
  }
  std::span<const float> all() const { return {values, static_cast<size_t>(rows * cols)}; }
};

}  // namespace tsimcne
