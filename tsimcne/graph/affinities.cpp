#include "tsimcne/graph/affinities.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tsimcne/error.hpp"
#include "tsimcne/graph/symmetric_rows.hpp"

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
  Matrix halves = conditional_affinities(near, perplexity);
  const double both = 2 * static_cast<double>(near.queries);
  for (float& value : halves.values) value = static_cast<float>(double{value} / both);
  return symmetric_rows(near, halves, [](float forth, float back) { return forth + back; });
}

}  // namespace tsimcne
