#pragma once

#include <Eigen/Core>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Rows as Eigen sees them.
using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline Eigen::Map<const Rows> rows_in(const Matrix& matrix) {
  return {matrix.values.data(), matrix.rows, matrix.cols};
}
inline Eigen::Map<Rows> rows_in(Matrix& matrix) {
  return {matrix.values.data(), matrix.rows, matrix.cols};
}

/// Products of large matrices, by all OpenMP threads. They are made in parts that do not depend on
/// the number of threads, each part in one, so neither do their bytes.

/// a b, of a: [n, m] and b: [m, k].
Rows product(const Eigen::Ref<const Rows>& a, const Eigen::Ref<const Rows>& b);
/// a' b, of a: [n, m] and b: [n, k].
Rows product_of_transposed(const Eigen::Ref<const Rows>& a, const Eigen::Ref<const Rows>& b);

/// Does work that calls the matrix library in one thread, however many there are.
template <class Work>
void in_one_thread(const Work& work) {
#pragma omp parallel
#pragma omp single
  work();
}

}  // namespace tsimcne
