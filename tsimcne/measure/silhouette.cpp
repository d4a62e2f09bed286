#include <Eigen/Core>
#include <algorithm>
#include <limits>
#include <numeric>

#include "tsimcne/error.hpp"
#include "tsimcne/measure/clustering.hpp"
#include "tsimcne/measure/groups.hpp"

namespace tsimcne {

namespace {

/// The rows of a matrix, group after group.
struct GroupedRows {
  Eigen::ArrayXXd rows;        // [n, d], column after column
  std::vector<int64_t> begin;  // of each group's rows, and the end
};

GroupedRows group_rows(MatrixView points, const Groups& groups) {
  std::vector<int64_t> order(groups.of_row.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto group_of = [&groups](int64_t row) { return groups.of_row[static_cast<size_t>(row)]; };
  std::ranges::stable_sort(order, {}, group_of);
  GroupedRows grouped{Eigen::ArrayXXd(points.rows, points.cols), {}};
  for (int64_t i = 0; i < points.rows; ++i) {
    const int64_t row = order[static_cast<size_t>(i)];
    if (group_of(row) == std::ssize(grouped.begin)) grouped.begin.push_back(i);
    for (int64_t c = 0; c < points.cols; ++c)
      grouped.rows(i, c) = points.row(row)[static_cast<size_t>(c)];
  }
  grouped.begin.push_back(points.rows);
  return grouped;
}

Eigen::ArrayXd distances_to(const Eigen::ArrayXXd& rows, int64_t row) {
  Eigen::ArrayXd squares = Eigen::ArrayXd::Zero(rows.rows());
  for (int64_t c = 0; c < rows.cols(); ++c) squares += (rows.col(c) - rows(row, c)).square();
  return squares.sqrt();
}

/// The silhouette of one row, which is in group `own`.
double silhouette_of(const GroupedRows& grouped, int64_t row, size_t own) {
  const Eigen::ArrayXd distances = distances_to(grouped.rows, row);
  double inside = 0, outside = std::numeric_limits<double>::infinity();
  for (size_t group = 0; group + 1 < grouped.begin.size(); ++group) {
    const int64_t first = grouped.begin[group], size = grouped.begin[group + 1] - first;
    const double sum = distances.segment(first, size).sum();
    if (group != own) {
      outside = std::min(outside, sum / static_cast<double>(size));
    } else if (size == 1) {
      return 0;
    } else {
      inside = sum / static_cast<double>(size - 1);
    }
  }
  const double larger = std::max(inside, outside);
  return larger > 0 ? (outside - inside) / larger : 0;
}

}  // namespace

double silhouette(MatrixView points, std::span<const int32_t> labels) {
  const Groups groups(labels);
  if (std::ssize(labels) != points.rows || groups.count < 2 || groups.count >= points.rows) {
    fail(
        "a silhouette of {} rows with {} labels, {} of them different, was asked for; expected a "
        "label a row and 2 to n - 1 different ones",
        points.rows, labels.size(), groups.count);
  }
  const GroupedRows grouped = group_rows(points, groups);
  Eigen::ArrayXd silhouettes(points.rows);
#pragma omp parallel for schedule(dynamic, 16)
  for (int64_t i = 0; i < points.rows; ++i) {
    const auto group = std::ranges::upper_bound(grouped.begin, i) - grouped.begin.begin() - 1;
    silhouettes[i] = silhouette_of(grouped, i, static_cast<size_t>(group));
  }
  return silhouettes.mean();
}

}  // namespace tsimcne
