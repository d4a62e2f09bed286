#include "tsimcne/measure/measure.hpp"

#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {

namespace {

Matrix take_rows(MatrixView matrix, std::span<const int64_t> rows) {
  Matrix taken(std::ssize(rows), matrix.cols);
  for (int64_t i = 0; i < taken.rows; ++i) {
    std::ranges::copy(matrix.row(rows[static_cast<size_t>(i)]), taken.row(i).begin());
  }
  return taken;
}

/// The most frequent label; sorts the votes.
int32_t winner(std::span<int32_t> votes) {
  std::ranges::sort(votes);
  int32_t best = votes.front();
  int64_t most = 0;
  for (auto run = votes.begin(); run != votes.end();) {
    const auto end = std::upper_bound(run, votes.end(), *run);
    if (end - run > most) {
      most = end - run;
      best = *run;
    }
    run = end;
  }
  return best;
}

void check_division(const Division& division, std::span<const int32_t> labels) {
  if (division.train.empty() || division.test.empty()) {
    fail("kNN accuracy needs labelled rows to learn from and to test; {} and {} were given",
         division.train.size(), division.test.size());
  }
  for (const auto* side : {&division.train, &division.test}) {
    for (const int64_t row : *side) {
      if (row < 0 || row >= std::ssize(labels) || labels[static_cast<size_t>(row)] < 0) {
        fail("kNN accuracy needs labelled rows; row {} has no label", row);
      }
    }
  }
}

}  // namespace

double knn_accuracy(MatrixView points, std::span<const int32_t> labels, const Division& division,
                    int64_t k) {
  check_division(division, labels);
  const Neighbors nearest =
      find_neighbors(take_rows(points, division.test), take_rows(points, division.train),
                     std::min(k, std::ssize(division.train)));
  std::vector<int32_t> votes(static_cast<size_t>(nearest.k));
  int64_t right = 0;
  for (int64_t i = 0; i < nearest.queries; ++i) {
    std::ranges::transform(nearest.row(i), votes.begin(), [&](int64_t neighbor) {
      return labels[static_cast<size_t>(division.train[static_cast<size_t>(neighbor)])];
    });
    const int64_t row = division.test[static_cast<size_t>(i)];
    right += winner(votes) == labels[static_cast<size_t>(row)];
  }
  return static_cast<double>(right) / static_cast<double>(nearest.queries);
}

double neighbourhood_preservation(MatrixView points, MatrixView features, int64_t k,
                                  int64_t queries, uint64_t seed) {
  if (points.rows != features.rows) {
    fail("there are {} points and {} rows of features; expected as many", points.rows,
         features.rows);
  }
  Random random(seed, Stream::subset);
  std::vector<int64_t> rows = random_order(points.rows, random);
  rows.resize(static_cast<size_t>(std::clamp(queries, int64_t{1}, points.rows)));
  const Neighbors near = find_neighbors(take_rows(points, rows), points, k, rows);
  const Neighbors alike = find_neighbors(take_rows(features, rows), features, k, rows);
  int64_t kept = 0;
  for (int64_t i = 0; i < near.queries; ++i) {
    for (const int64_t neighbor : alike.row(i)) {
      kept += std::ranges::count(near.row(i), neighbor);
    }
  }
  return static_cast<double>(kept) / static_cast<double>(near.queries * k);
}

}  // namespace tsimcne
