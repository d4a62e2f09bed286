#include "tsimcne/measure/faithfulness.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/measure/rows.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {

namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int64_t query_block = 128;
constexpr int64_t reference_block = 256;

/// Rows [first, first + count) in double precision.
RowMatrix some_rows(MatrixView matrix, int64_t first, int64_t count) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Rows>(matrix.values + first * matrix.cols, count, matrix.cols)
      .cast<double>();
}

Eigen::RowVectorXd mean_of(MatrixView matrix) {
  Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(matrix.cols);
  for (int64_t i = 0; i < matrix.rows; ++i) sum += some_rows(matrix, i, 1);
  return sum / static_cast<double>(matrix.rows);
}

/// Counts, for some rows of a space and the first k neighbours that each was given, the rows that
/// are nearer than these. Squared distances are made of products of rows as seen from their mean,
/// in double precision, a block of pairs at a time.
class RankCount {
 public:
  RankCount(MatrixView space, const std::vector<int64_t>& rows, const Neighbors& neighbors,
            int64_t k)
      : space_(space),
        rows_(rows),
        neighbors_(neighbors),
        centre_(mean_of(space)),
        queries_(std::ssize(rows), space.cols),
        limits_(std::ssize(rows), k) {
    for (int64_t i = 0; i < queries_.rows(); ++i) {
      const int64_t row = rows[static_cast<size_t>(i)];
      queries_.row(i) = some_rows(space, row, 1) - centre_;
      const double norm = queries_.row(i).squaredNorm();
      for (int64_t j = 0; j < k; ++j) {
        limits_(i, j) = squared_distance(space.row(row), space.row(neighbor(i, j))) - norm;
      }
    }
  }

  /// [rows, k]
  std::vector<int64_t> nearer() const {
    std::vector<int64_t> counts(static_cast<size_t>(limits_.size()));
#pragma omp parallel
    {
      std::vector<int64_t> own(counts.size());
#pragma omp for schedule(dynamic)
      for (int64_t first = 0; first < space_.rows; first += reference_block) {
        count_among(first, std::min(reference_block, space_.rows - first), own);
      }
#pragma omp critical
      for (size_t i = 0; i < counts.size(); ++i) counts[i] += own[i];
    }
    return counts;
  }

 private:
  int64_t neighbor(int64_t query, int64_t j) const {
    return neighbors_.row(query)[static_cast<size_t>(j)];
  }

  void count_among(int64_t first, int64_t count, std::vector<int64_t>& counts) const {
    const RowMatrix references = some_rows(space_, first, count).rowwise() - centre_;
    const Eigen::RowVectorXd norms = references.rowwise().squaredNorm().transpose();
    RowMatrix distances;  // squared, less the query's squared norm
    for (int64_t query = 0; query < queries_.rows(); query += query_block) {
      const int64_t queries = std::min(query_block, queries_.rows() - query);
      distances.noalias() = -2 * queries_.middleRows(query, queries) * references.transpose();
      distances.rowwise() += norms;
      for (int64_t i = 0; i < queries; ++i) {
        count_nearer(query + i, first, {distances.row(i).data(), static_cast<size_t>(count)},
                     counts);
      }
    }
  }

  /// Counts among the rows from `first` on. Neither the query nor the neighbour itself counts,
  /// whatever rounding makes of its distance.
  void count_nearer(int64_t query, int64_t first, std::span<double> distances,
                    std::vector<int64_t>& counts) const {
    const auto own = static_cast<size_t>(rows_[static_cast<size_t>(query)] - first);
    if (own < distances.size()) distances[own] = std::numeric_limits<double>::infinity();
    for (int64_t j = 0; j < limits_.cols(); ++j) {
      const double limit = limits_(query, j);
      int64_t nearer = 0;
      for (const double distance : distances) nearer += distance < limit ? 1 : 0;
      const auto at = static_cast<size_t>(neighbor(query, j) - first);
      if (at < distances.size() && distances[at] < limit) --nearer;
      counts[static_cast<size_t>(query * limits_.cols() + j)] += nearer;
    }
  }

  MatrixView space_;
  const std::vector<int64_t>& rows_;
  const Neighbors& neighbors_;
  Eigen::RowVectorXd centre_;
  RowMatrix queries_;  // as seen from the centre
  RowMatrix limits_;   // squared distances of the neighbours, less the query's squared norm
};

/// 1 less what the ranks of the neighbours in `space` exceed k by, over the most that they can.
double rank_agreement(MatrixView space, const std::vector<int64_t>& rows,
                      const Neighbors& neighbors) {
  const int64_t n = space.rows, k = std::min(neighbors.k, (n - 1) / 2);
  if (k < 1) fail("ranks among {} rows were asked for; expected 3 or more", n);
  int64_t excess = 0;
  for (const int64_t nearer : RankCount(space, rows, neighbors, k).nearer()) {
    excess += std::max(int64_t{0}, nearer + 1 - k);
  }
  const auto most = static_cast<double>(std::ssize(rows) * k * (2 * n - 3 * k - 1)) / 2;
  return 1 - static_cast<double>(excess) / most;
}

using Pair = std::pair<int64_t, int64_t>;

std::vector<Pair> choose_pairs(int64_t n, int64_t count, uint64_t seed) {
  std::vector<Pair> pairs;
  if (n < 2 || n * (n - 1) / 2 <= count) {
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < i; ++j) pairs.emplace_back(i, j);
    }
    return pairs;
  }
  Random random(seed, Stream::subset, /*a=*/2);
  while (std::ssize(pairs) < count) {
    const int64_t i = random.below(static_cast<uint32_t>(n));
    const int64_t j = random.below(static_cast<uint32_t>(n - 1));
    pairs.emplace_back(i, j + (j >= i ? 1 : 0));
  }
  return pairs;
}

/// The ranks of the pairs' distances, less their mean; equal distances share the mean of theirs.
Eigen::VectorXd centred_ranks(MatrixView space, const std::vector<Pair>& pairs) {
  std::vector<double> distances(pairs.size());
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < pairs.size(); ++i) {
    distances[i] = squared_distance(space.row(pairs[i].first), space.row(pairs[i].second));
  }
  std::vector<size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return std::pair(distances[i], i); });
  Eigen::VectorXd ranks(std::ssize(pairs));
  const double middle = (static_cast<double>(pairs.size()) - 1) / 2;
  for (size_t first = 0, end = 0; first < order.size(); first = end) {
    while (end < order.size() && distances[order[end]] == distances[order[first]]) ++end;
    const double rank = static_cast<double>(first + end - 1) / 2 - middle;
    for (size_t i = first; i < end; ++i) ranks[static_cast<int64_t>(order[i])] = rank;
  }
  return ranks;
}

void check_same_rows(MatrixView map, MatrixView reference) {
  if (map.rows != reference.rows) {
    fail("the map has {} points and what it is compared with {}; expected as many", map.rows,
         reference.rows);
  }
}

}  // namespace

NeighborsInBoth find_in_both(MatrixView map, MatrixView reference, int64_t k, int64_t count,
                             uint64_t seed) {
  check_same_rows(map, reference);
  if (map.rows < 2) fail("the map has {} points; expected 2 or more to compare", map.rows);
  k = std::min(k, map.rows - 1);
  std::vector<int64_t> rows = random_rows(map.rows, count, seed);
  Neighbors on_map = find_neighbors(take_rows(map, rows), map, k, rows);
  Neighbors in_reference = find_neighbors(take_rows(reference, rows), reference, k, rows);
  return {std::move(rows), std::move(on_map), std::move(in_reference)};
}

double neighbours_kept(const NeighborsInBoth& both) {
  int64_t kept = 0;
  for (int64_t i = 0; i < both.on_map.queries; ++i) {
    for (const int64_t neighbor : both.in_reference.row(i)) {
      kept += std::ranges::count(both.on_map.row(i), neighbor);
    }
  }
  return static_cast<double>(kept) / static_cast<double>(both.on_map.queries * both.on_map.k);
}

double trustworthiness(MatrixView reference, const NeighborsInBoth& both) {
  return rank_agreement(reference, both.rows, both.on_map);
}

double continuity(MatrixView map, const NeighborsInBoth& both) {
  return rank_agreement(map, both.rows, both.in_reference);
}

std::optional<double> distance_correlation(MatrixView map, MatrixView reference, int64_t pairs,
                                           uint64_t seed) {
  check_same_rows(map, reference);
  const std::vector<Pair> chosen = choose_pairs(map.rows, pairs, seed);
  const Eigen::VectorXd on_map = centred_ranks(map, chosen);
  const Eigen::VectorXd in_reference = centred_ranks(reference, chosen);
  const double scale = on_map.norm() * in_reference.norm();
  if (scale == 0) return std::nullopt;
  return on_map.dot(in_reference) / scale;
}

}  // namespace tsimcne
