#include "tsimcne/layout/products.hpp"

#include <algorithm>

namespace tsimcne {
namespace {

constexpr int64_t part = 128;  // rows of a result

}  // namespace

Rows product(const Eigen::Ref<const Rows>& a, const Eigen::Ref<const Rows>& b) {
  Rows result(a.rows(), b.cols());
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < a.rows(); first += part) {
    const int64_t count = std::min<int64_t>(part, a.rows() - first);
    result.middleRows(first, count).noalias() = a.middleRows(first, count) * b;
  }
  return result;
}

Rows product_of_transposed(const Eigen::Ref<const Rows>& a, const Eigen::Ref<const Rows>& b) {
  Rows result(a.cols(), b.cols());
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < a.cols(); first += part) {
    const int64_t count = std::min<int64_t>(part, a.cols() - first);
    result.middleRows(first, count).noalias() = a.middleCols(first, count).transpose() * b;
  }
  return result;
}

}  // namespace tsimcne
