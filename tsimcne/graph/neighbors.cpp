#include "tsimcne/graph/neighbors.hpp"

#include <omp.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/graph/near_pairs.hpp"

// Every pair gets a lower bound of its squared distance in single precision, a block of pairs at a
// time; the few pairs whose bound is among the k nearest so far get their distance in double
// precision. So the answer is exact while nearly all the work is single precision.

namespace tsimcne {

namespace {

constexpr int64_t reference_block = 512;
constexpr int64_t first_block = 64;   // of references, all of which are among the nearest so far
constexpr int64_t widest_direct = 8;  // columns up to which differences beat a matrix product

using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

int64_t query_block(int64_t columns) {
  return columns <= widest_direct ? 128 : 384;  // which stay in a core's cache
}

/// The share of |a|^2 + |b|^2 that rounding can add to a computed squared distance of d columns:
/// at most d + 6 roundings of 2^-24 each (Higham, "Accuracy and stability of numerical algorithms",
/// section 3.1), taken twice to be on the safe side.
float rounding_share(int64_t columns) {
  return static_cast<float>(columns + 8) * 0x1p-23f;
}

/// What underflow can add to it: at most the smallest normal number for each product, of which
/// there are d in each of three sums, one of them taken twice.
float underflow_share(int64_t columns) {
  return static_cast<float>(4 * (columns + 8)) * std::numeric_limits<float>::min();
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

  void offer_all(const Nearest& others) {
    for (const auto& [distance, row] : others.heap_) offer(distance, row);
  }

  void write(int64_t* rows, float* distances) {
    std::ranges::sort_heap(heap_);
    for (const auto& [squared, row] : heap_) {
      *rows++ = row;
      *distances++ = static_cast<float>(std::sqrt(squared));
    }
  }

 private:
  size_t k_;
  std::vector<std::pair<double, int64_t>> heap_;
};

/// Rows of a matrix as seen from a centre, which makes norms, and so rounding, small; and their
/// squared norms.
struct CentredRows {
  RowMatrix rows;
  Eigen::VectorXf norms;
};

Eigen::Map<const RowMatrix> some_rows(MatrixView matrix, int64_t first, int64_t count) {
  return {matrix.values + first * matrix.cols, count, matrix.cols};
}

MatrixView view_of(const RowMatrix& rows) {
  return {rows.data(), rows.rows(), rows.cols()};
}

/// Returns whether all values are finite. Of finite ones a norm may still overflow; it becomes NaN,
/// and so do the bounds that are made of it.
bool centre_rows(MatrixView matrix, int64_t first, int64_t count, const Eigen::RowVectorXf& centre,
                 CentredRows& out) {
  out.rows = some_rows(matrix, first, count).rowwise() - centre;
  out.norms = out.rows.rowwise().squaredNorm();
  for (int64_t i = 0; i < count; ++i) {
    if (std::isfinite(out.norms[i])) continue;
    if (!some_rows(matrix, first + i, 1).allFinite()) return false;
    out.norms[i] = std::numeric_limits<float>::quiet_NaN();
  }
  return true;
}

/// The mean of some rows, or, where differences are taken as they are, the origin: it changes no
/// digit.
Eigen::RowVectorXf choose_centre(MatrixView matrix, int64_t first, int64_t count) {
  if (matrix.cols <= widest_direct) return Eigen::RowVectorXf::Zero(matrix.cols);
  return some_rows(matrix, first, count).cast<double>().colwise().mean().cast<float>();
}

/// Lower bounds of the sum of (q - r)^2 over the columns.
void bound_by_difference(const CentredRows& queries, const CentredRows& references,
                         RowMatrix& bounds) {
  bounds.setConstant(queries.rows.rows(), references.rows.rows(),
                     -underflow_share(queries.rows.cols()));
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

/// What is looked for, and among what.
struct Search {
  MatrixView queries;
  MatrixView references;
  int64_t k;
  std::span<const int64_t> left_out;
};

/// The search of one block of queries, which is shown blocks of references.
class BlockSearch {
 public:
  BlockSearch(const Search& search, int64_t first)
      : search_(search),
        first_(first),
        centre_(choose_centre(search.queries, first, count())),
        nearest_(static_cast<size_t>(count()), Nearest(search.k)) {
    all_finite_ = centre_rows(search.queries, first, count(), centre_, queries_);
    if (by_product()) packed_ = PackedRows(view_of(queries_.rows), packed_queries);
  }

  /// Looks at some references from row `start` on; false where one or a query is not finite.
  bool look_at(int64_t start, int64_t length) {
    if (!all_finite_ || !centre_rows(search_.references, start, length, centre_, references_)) {
      return false;
    }
    if (by_product()) {
      offer_by_product(start);
    } else {
      bound_by_difference(queries_, references_, bounds_);
      for (int64_t i = 0; i < count(); ++i) offer_bounded(i, start);
    }
    return true;
  }

  /// The same of all, at first of few, so that the limits are low when there are many.
  bool look_at_all() {
    const int64_t all = search_.references.rows;
    bool all_finite = true;
    for (int64_t start = 0, length = first_block; all_finite && start < all;) {
      length = std::min(length, all - start);
      all_finite = look_at(start, length);
      start += length;
      length = std::min(start, reference_block);
    }
    return all_finite;
  }

  /// Takes what another search for the same queries has found among other references.
  void take(const BlockSearch& other) {
    for (size_t i = 0; i < nearest_.size(); ++i) nearest_[i].offer_all(other.nearest_[i]);
  }

  void write(Neighbors& found) {
    for (int64_t i = 0; i < count(); ++i) {
      const int64_t at = (first_ + i) * found.k;
      nearest_[static_cast<size_t>(i)].write(found.indices.data() + at,
                                             found.distances.data() + at);
    }
  }

 private:
  bool by_product() const { return search_.queries.cols > widest_direct; }
  int64_t count() const {
    return std::min(query_block(search_.queries.cols), search_.queries.rows - first_);
  }

  void offer(int64_t i, int64_t reference) {
    const int64_t query = first_ + i;
    const auto& [queries, references, k, left_out] = search_;
    if (!left_out.empty() && left_out[static_cast<size_t>(query)] == reference) return;
    nearest_[static_cast<size_t>(i)].offer(
        squared_distance(queries.row(query), references.row(reference)), reference);
  }

  float limit(int64_t i) const {
    return static_cast<float>(nearest_[static_cast<size_t>(i)].farthest());
  }

  void offer_bounded(int64_t i, int64_t start) {
    float farthest = limit(i);
    const auto is_far = [&farthest](float bound) { return bound > farthest; };  // NaN is looked at
    const float* const bounds = bounds_.data() + i * bounds_.cols();
    const float* const end = bounds + bounds_.cols();
    for (const float* at = bounds; (at = std::find_if_not(at, end, is_far)) != end; ++at) {
      offer(i, start + (at - bounds));
      farthest = limit(i);
    }
  }

  /// The bound |q|^2 + |r|^2 - 2 q.r, less what rounding and underflow can add, is no farther than
  /// the limit where q.r - |r|^2 / 2 is no less than (|q|^2 - limit) / 2.
  void offer_by_product(int64_t start) {
    const int64_t columns = search_.queries.cols;
    const double kept = 1 - double{rounding_share(columns)}, underflow{underflow_share(columns)};
    thresholds_.resize(static_cast<size_t>(count()));
    for (int64_t i = 0; i < count(); ++i) {
      thresholds_[static_cast<size_t>(i)] =
          static_cast<float>((kept * double{queries_.norms[i]} - underflow - double{limit(i)}) / 2);
    }
    offsets_.assign(static_cast<size_t>(references_.rows.rows() + packed_references), 0);
    for (int64_t i = 0; i < references_.rows.rows(); ++i) {
      offsets_[static_cast<size_t>(i)] =
          static_cast<float>(-kept / 2 * double{references_.norms[i]});
    }
    pairs_.clear();
    add_near_pairs(packed_, thresholds_, PackedRows(view_of(references_.rows), packed_references),
                   offsets_, pairs_);
    for (const auto& [query, reference] : pairs_) offer(query, start + reference);
  }

  const Search& search_;
  int64_t first_;
  Eigen::RowVectorXf centre_;
  std::vector<Nearest> nearest_;
  CentredRows queries_, references_;
  bool all_finite_;   // of the queries
  RowMatrix bounds_;  // of few columns: [queries, references] of the blocks

  // Of more columns:
  PackedRows packed_;  // queries
  std::vector<float> thresholds_, offsets_;
  std::vector<NearPair> pairs_;
};

/// Shares the queries out among threads. False where a number is not finite, here and below.
bool share_queries(const Search& search, Neighbors& found) {
  const int64_t block_rows = query_block(search.queries.cols);
  bool all_finite = true;
#pragma omp parallel for schedule(dynamic) reduction(&& : all_finite)
  for (int64_t first = 0; first < search.queries.rows; first += block_rows) {
    BlockSearch block(search, first);
    all_finite = all_finite && block.look_at_all();
    if (all_finite) block.write(found);
  }
  return all_finite;
}

/// Shares the references out among threads, block of queries after block.
bool share_references(const Search& search, Neighbors& found) {
  const int64_t block_rows = query_block(search.queries.cols);
  bool all_finite = true;
  for (int64_t first = 0; all_finite && first < search.queries.rows; first += block_rows) {
    BlockSearch whole(search, first);
#pragma omp parallel reduction(&& : all_finite)
    {
      BlockSearch part(search, first);
#pragma omp for schedule(dynamic)
      for (int64_t start = 0; start < search.references.rows; start += reference_block) {
        const int64_t length = std::min(reference_block, search.references.rows - start);
        all_finite = all_finite && part.look_at(start, length);
      }
#pragma omp critical
      whole.take(part);
    }
    if (all_finite) whole.write(found);
  }
  return all_finite;
}

void check_search(MatrixView queries, MatrixView references, int64_t k,
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
}

}  // namespace

double squared_distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t c = 0; c < a.size(); ++c) {
    const double difference = double{a[c]} - double{b[c]};
    sum += difference * difference;
  }
  return sum;
}

Neighbors find_neighbors(MatrixView queries, MatrixView references, int64_t k,
                         std::span<const int64_t> left_out) {
  check_search(queries, references, k, left_out);
  const auto size = static_cast<size_t>(queries.rows * k);
  Neighbors found{queries.rows, k, std::vector<int64_t>(size), std::vector<float>(size)};
  const Search search{queries, references, k, left_out};
  const bool few = queries.rows < 2 * query_block(queries.cols) * omp_get_max_threads();
  if (!(few ? share_references(search, found) : share_queries(search, found))) {
    fail("neighbours cannot be found among numbers that are not finite; remove those rows");
  }
  return found;
}

Neighbors find_neighbors(MatrixView points, int64_t k) {
  std::vector<int64_t> themselves(static_cast<size_t>(points.rows));
  std::iota(themselves.begin(), themselves.end(), int64_t{0});
  return find_neighbors(points, points, k, themselves);
}

}  // namespace tsimcne
