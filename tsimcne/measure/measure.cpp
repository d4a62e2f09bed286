#include "tsimcne/measure/measure.hpp"

#include <algorithm>
#include <array>

#include "tsimcne/error.hpp"
#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/measure/rows.hpp"

namespace tsimcne {

namespace {

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

/// The share of test rows whose label the first k of these neighbours, numbers of training rows,
/// elect.
double share_elected(const Neighbors& nearest, std::span<const int32_t> labels,
                     const Division& division, int64_t k) {
  std::vector<int32_t> votes(static_cast<size_t>(std::min(k, nearest.k)));
  int64_t right = 0;
  for (int64_t i = 0; i < nearest.queries; ++i) {
    std::ranges::transform(
        nearest.row(i).first(votes.size()), votes.begin(), [&](int64_t neighbor) {
          return labels[static_cast<size_t>(division.train[static_cast<size_t>(neighbor)])];
        });
    const int64_t row = division.test[static_cast<size_t>(i)];
    right += winner(votes) == labels[static_cast<size_t>(row)];
  }
  return static_cast<double>(right) / static_cast<double>(nearest.queries);
}

}  // namespace

std::vector<double> knn_accuracies(MatrixView points, std::span<const int32_t> labels,
                                   const Division& division, std::span<const int64_t> ks) {
  check_division(division, labels);
  const Neighbors nearest =
      find_neighbors(take_rows(points, division.test), take_rows(points, division.train),
                     std::min(std::ranges::max(ks), std::ssize(division.train)));
  std::vector<double> accuracies;
  for (const int64_t k : ks) {
    accuracies.push_back(share_elected(nearest, labels, division, k));
  }
  return accuracies;
}

double knn_accuracy(MatrixView points, std::span<const int32_t> labels, const Division& division,
                    int64_t k) {
  return knn_accuracies(points, labels, division, std::array{k}).front();
}

}  // namespace tsimcne
