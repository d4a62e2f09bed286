#include "tsimcne/neighbors/neighbors.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "tsimcne/error.hpp"

// Every pair gets a lower bound of its squared distance in single precision, a block of pairs at a
// time; the few pairs whose bound is among the k nearest so far get their distance in double
// precision. So the answer is exact while nearly all the work is single precision.

namespace tsimcne {

namespace {

constexpr int64_t query_block = 128;
constexpr int64_t reference_block = 512;
constexpr int64_t widest_direct = 8;  // columns up to which differences beat a matrix product

using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The share of |a|^2 + |b|^2 that rounding can add to a computed squared distance of d columns:
/// at most d + 6 roundings of 2^-24 each (Higham, "Accuracy and stability of numerical algorithms",
/// section 3.1), taken twice to be on the safe side.
float rounding_share(int64_t columns) {
  return static_cast<float>(columns + 8) * 0x1p-23f;
}

double squared_distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t c = 0; c < a.size(); ++c) {
    const double difference = double{a[c]} - double{b[c]};
    sum += difference * difference;
  }
  return sum;
}

/// The k nearest of the rows offered so far, the farthest on top of a heap.
class Nearest {
 public:
  explicit Nearest(int64_t k) : k_(static_cast<size_t>(k)) { heap_.reserve(k_); }

  double farthest() const {
    return heap_.size() < k_ ? std::numeric_limits<double>::infinity() : heap_.front().first;
  }

  void offer(double distance, int64_t row) {
    const std::pair candidate(distance, row);
    if (heap_.size() == k_) {
      if (candidate >= heap_.front()) return;
      std::ranges::pop_heap(heap_);
      heap_.pop_back();
    }
    heap_.push_back(candidate);
    std::ranges::push_heap(heap_);
  }

  void write(std::span<int64_t> rows) {
    std::ranges::sort_heap(heap_);
    std::ranges::transform(heap_, rows.begin(), &std::pair<double, int64_t>::second);
  }

 private:
  size_t k_;
  std::vector<std::pair<double, int64_t>> heap_;
};

/// Rows of a matrix as seen from `centre`, which makes norms, and so rounding, small; and their
/// squared norms.
struct CentredRows {
  RowMatrix rows;
  Eigen::VectorXf norms;
};

void centre_rows(const Matrix& matrix, int64_t first, int64_t count,
                 const Eigen::RowVectorXd& centre, CentredRows& out) {
  const Eigen::Map<const RowMatrix> rows(matrix.values.data() + first * matrix.cols, count,
                                         matrix.cols);
  out.rows = (rows.cast<double>().rowwise() - centre).cast<float>();
  out.norms = out.rows.rowwise().squaredNorm();
}

/// The mean row, or, where differences are taken as they are, the origin: it changes no digit.
Eigen::RowVectorXd choose_centre(const Matrix& matrix) {
  Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(matrix.cols);
  if (matrix.cols <= widest_direct) return sum;
  const Eigen::Map<const RowMatrix> rows(matrix.values.data(), matrix.rows, matrix.cols);
  for (int64_t i = 0; i < matrix.rows; ++i) sum += rows.row(i).cast<double>();
  return sum / static_cast<double>(matrix.rows);
}

/// Lower bounds of |q|^2 + |r|^2 - 2 q.r.
void bound_by_product(const CentredRows& queries, const CentredRows& references,
                      RowMatrix& bounds) {
  bounds.noalias() = -2 * queries.rows * references.rows.transpose();
  const float kept = 1 - rounding_share(queries.rows.cols());
  bounds.colwise() += kept * queries.norms;
  bounds.rowwise() += kept * references.norms.transpose();
}

/// Lower bounds of the sum of (q - r)^2 over the columns.
void bound_by_difference(const CentredRows& queries, const CentredRows& references,
                         RowMatrix& bounds) {
  bounds.setZero(queries.rows.rows(), references.rows.rows());
  const Eigen::MatrixXf columns = references.rows;  // column after column
  const float kept = 1 - rounding_share(queries.rows.cols());
  const float kept_root = std::sqrt(kept);
  for (int64_t i = 0; i < bounds.rows(); ++i) {
    for (int64_t c = 0; c < columns.cols(); ++c) {
      bounds.row(i).array() +=
          ((columns.col(c).transpose().array() - queries.rows(i, c)) * kept_root).square();
    }
  }
}

/// The search of one block of queries through all references.
class BlockSearch {
 public:
  BlockSearch(const Matrix& queries, const Matrix& references, std::span<const int64_t> left_out)
      : queries_(queries), references_(references), left_out_(left_out) {}

  void run(int64_t first, int64_t count, const Eigen::RowVectorXd& centre, Neighbors& found) {
    nearest_.assign(static_cast<size_t>(count), Nearest(found.k));
    centre_rows(queries_, first, count, centre, centred_queries_);
    for (int64_t start = 0; start < references_.rows; start += reference_block) {
      const int64_t length = std::min(reference_block, references_.rows - start);
      centre_rows(references_, start, length, centre, centred_references_);
      if (references_.cols <= widest_direct) {
        bound_by_difference(centred_queries_, centred_references_, bounds_);
      } else {
        bound_by_product(centred_queries_, centred_references_, bounds_);
      }
      for (int64_t i = 0; i < count; ++i) offer_block(first, i, start);
    }
    for (int64_t i = 0; i < count; ++i) {
      nearest_[static_cast<size_t>(i)].write(
          {found.indices.data() + (first + i) * found.k, static_cast<size_t>(found.k)});
    }
  }

 private:
  void offer_block(int64_t first, int64_t i, int64_t start) {
    const int64_t query = first + i;
    const int64_t skipped = left_out_.empty() ? -1 : left_out_[static_cast<size_t>(query)];
    Nearest& nearest = nearest_[static_cast<size_t>(i)];
    auto limit = static_cast<float>(nearest.farthest());
    const float* const bounds = bounds_.data() + i * bounds_.cols();
    for (int64_t j = 0; j < bounds_.cols(); ++j) {
      if (bounds[j] > limit || start + j == skipped) continue;  // an overflown NaN is looked at
      nearest.offer(squared_distance(queries_.row(query), references_.row(start + j)), start + j);
      limit = static_cast<float>(nearest.farthest());
    }
  }

  const Matrix& queries_;
  const Matrix& references_;
  std::span<const int64_t> left_out_;
  std::vector<Nearest> nearest_;
  CentredRows centred_queries_, centred_references_;
  RowMatrix bounds_;  // [queries, references] of the block
};

void check_search(const Matrix& queries, const Matrix& references, int64_t k,
                  std::span<const int64_t> left_out) {
  const int64_t most = references.rows - (left_out.empty() ? 0 : 1);
  if (k < 1 || k > most) fail("k is {}; expected 1 to {}, the number of other points", k, most);
  if (queries.cols != references.cols) {
    fail("the queries have {} columns and the points {}; expected as many", queries.cols,
         references.cols);
  }
  if (!left_out.empty() && std::ssize(left_out) != queries.rows) {
    fail("{} left-out rows are given for {} queries; expected one each", left_out.size(),
         queries.rows);
  }
  for (const Matrix* matrix : {&queries, &references}) {
    if (!std::ranges::all_of(matrix->values, [](float x) { return std::isfinite(x); })) {
      fail("neighbours cannot be found among numbers that are not finite; remove those rows");
    }
  }
}

}  // namespace

Neighbors find_neighbors(const Matrix& queries, const Matrix& references, int64_t k,
                         std::span<const int64_t> left_out) {
  check_search(queries, references, k, left_out);
  Neighbors found{queries.rows, k, std::vector<int64_t>(static_cast<size_t>(queries.rows * k))};
  const Eigen::RowVectorXd centre = choose_centre(references);
#pragma omp parallel
  {
    BlockSearch search(queries, references, left_out);
#pragma omp for schedule(dynamic)
    for (int64_t first = 0; first < queries.rows; first += query_block) {
      search.run(first, std::min(query_block, queries.rows - first), centre, found);
    }
  }
  return found;
}

Neighbors find_neighbors(const Matrix& points, int64_t k) {
  std::vector<int64_t> themselves(static_cast<size_t>(points.rows));
  std::iota(themselves.begin(), themselves.end(), int64_t{0});
  return find_neighbors(points, points, k, themselves);
}

}  // namespace tsimcne
