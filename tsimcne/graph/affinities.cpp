#include "tsimcne/graph/affinities.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

constexpr int most_halvings = 100;
constexpr double tolerance = 1e-6;  // of the entropy, in nats

/// Puts exp(-precision * d^2) over their sum into `weights` and returns the entropy.
double weigh(std::span<const float> distances, double precision, std::span<double> weights) {
  const double nearest = double{distances[0]} * distances[0];
  double sum = 0, moment = 0;
  for (size_t k = 0; k < distances.size(); ++k) {
    const double away = double{distances[k]} * distances[k] - nearest;
    weights[k] = std::exp(-precision * away);
    sum += weights[k];
    moment += weights[k] * away;
  }
  for (double& weight : weights) weight /= sum;
  return std::log(sum) + precision * moment / sum;
}

/// The Gaussian of the wanted entropy; where there is none, since too many neighbours are equally
/// near, the nearest to it.
void find_weights(std::span<const float> distances, double entropy, std::span<double> weights) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double farthest =
      double{distances.back()} * distances.back() - double{distances.front()} * distances.front();
  double low = 0, high = infinity, precision = farthest > 0 ? 1 / farthest : 1;
  for (int i = 0; i < most_halvings; ++i) {
    const double more = weigh(distances, precision, weights) - entropy;
    if (std::abs(more) < tolerance) return;
    (more > 0 ? low : high) = precision;
    precision = high == infinity ? 2 * precision : (low + high) / 2;
    if (!std::isfinite(precision)) return;
  }
}

/// An entry of a row that is not yet sorted.
struct Entry {
  int32_t column;
  float value;
};

/// Sorts a row and adds entries of the same column up; returns how many are left.
int64_t merge(std::span<Entry> row) {
  std::ranges::sort(row, {}, &Entry::column);
  size_t kept = 0;
  for (size_t i = 0; i < row.size(); ++kept) {
    Entry sum = row[i++];
    for (; i < row.size() && row[i].column == sum.column; ++i) sum.value += row[i].value;
    row[kept] = sum;
  }
  return static_cast<int64_t>(kept);
}

}  // namespace

Matrix conditional_affinities(const Neighbors& near, double perplexity) {
  const int64_t n = near.queries, k = near.k;
  if (!(perplexity >= 1 && perplexity < static_cast<double>(k) + 1e-9)) {
    fail("a perplexity of {} was asked for among {} neighbours; expected 1 to less than that",
         perplexity, k);
  }
  Matrix affinities(n, k);
#pragma omp parallel
  {
    std::vector<double> weights(static_cast<size_t>(k));
#pragma omp for schedule(static)
    for (int64_t i = 0; i < n; ++i) {
      find_weights(near.distances_of(i), std::log(perplexity), weights);
      std::ranges::transform(weights, affinities.row(i).begin(),
                             [](double weight) { return static_cast<float>(weight); });
    }
  }
  return affinities;
}

SparseRows perplexity_affinities(const Neighbors& near, double perplexity) {
  const int64_t n = near.queries, k = near.k;
  const Matrix weights = conditional_affinities(near, perplexity);
  std::vector<int64_t> starts(static_cast<size_t>(n) + 1);
  for (int64_t i = 0; i < n; ++i) starts[static_cast<size_t>(i) + 1] = k;
  for (const int64_t j : near.indices) ++starts[static_cast<size_t>(j) + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<Entry> entries(static_cast<size_t>(starts.back()));
  std::vector<int64_t> ends = starts;
  for (int64_t i = 0; i < n; ++i) {
    const auto row = near.row(i);
    for (size_t at = 0; at < row.size(); ++at) {
      const double half = double{weights.row(i)[at]} / (2 * static_cast<double>(n));
      const auto j = row[at];
      entries[static_cast<size_t>(ends[static_cast<size_t>(i)]++)] = {static_cast<int32_t>(j),
                                                                      static_cast<float>(half)};
      entries[static_cast<size_t>(ends[static_cast<size_t>(j)]++)] = {static_cast<int32_t>(i),
                                                                      static_cast<float>(half)};
    }
  }

  SparseRows result;
  result.starts.resize(static_cast<size_t>(n) + 1);
#pragma omp parallel for schedule(dynamic, 1024)
  for (int64_t i = 0; i < n; ++i) {
    const auto first = static_cast<size_t>(starts[static_cast<size_t>(i)]);
    const auto last = static_cast<size_t>(starts[static_cast<size_t>(i) + 1]);
    result.starts[static_cast<size_t>(i) + 1] =
        merge(std::span(entries).subspan(first, last - first));
  }
  std::partial_sum(result.starts.begin(), result.starts.end(), result.starts.begin());
  for (int64_t i = 0; i < n; ++i) {
    const auto count =
        result.starts[static_cast<size_t>(i) + 1] - result.starts[static_cast<size_t>(i)];
    for (int64_t at = 0; at < count; ++at) {
      const Entry& entry = entries[static_cast<size_t>(starts[static_cast<size_t>(i)] + at)];
      result.columns.push_back(entry.column);
      result.values.push_back(entry.value);
    }
  }
  return result;
}

}  // namespace tsimcne
