#include "tsimcne/graph/fuzzy_set.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tsimcne/graph/symmetric_rows.hpp"

namespace tsimcne {
namespace {

constexpr int most_halvings = 64;
constexpr double tolerance = 1e-5;    // of the sum of the weights
constexpr double least_sigma = 1e-3;  // of the mean distance

double weight_at(double distance, double rho, double sigma) {
  return distance > rho ? std::exp(-(distance - rho) / sigma) : 1;
}

/// The sigma by which the weights sum up to `wanted`; where there is none, since too many are no
/// farther than rho, the last one tried.
double find_sigma(std::span<const float> distances, double rho, double wanted) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double low = 0, high = infinity, sigma = 1;
  for (int i = 0; i < most_halvings; ++i) {
    double sum = 0;
    for (const float distance : distances) sum += weight_at(distance, rho, sigma);
    if (std::abs(sum - wanted) < tolerance) break;
    (sum > wanted ? high : low) = sigma;
    sigma = high == infinity ? 2 * sigma : (low + high) / 2;
  }
  return sigma;
}

double sum_of(std::span<const float> distances) {
  return std::accumulate(distances.begin(), distances.end(), 0.0);
}

double first_above_zero(std::span<const float> distances) {
  const auto found = std::ranges::upper_bound(distances, 0.0f);
  return found == distances.end() ? 0 : double{*found};
}

double log2_of(size_t count) {
  return std::log2(static_cast<double>(count));
}

/// The weights [m, k] of each query's neighbours, which of_row(distances, its weights) finds.
template <class OfRow>
Matrix weights_of(const Neighbors& near, const OfRow& of_row) {
  Matrix weights(near.queries, near.k);
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < near.queries; ++i) {
    of_row(near.distances_of(i), weights.row(i));
  }
  return weights;
}

void weigh(std::span<const float> distances, double rho, double sigma, std::span<float> weights) {
  std::ranges::transform(distances, weights.begin(), [&](float distance) {
    return static_cast<float>(weight_at(distance, rho, sigma));
  });
}

}  // namespace

SparseRows fuzzy_set(const Neighbors& near) {
  const size_t all = static_cast<size_t>(near.k) + 1;  // with itself, at a distance of 0
  const double mean_of_all =
      sum_of(near.distances) / (static_cast<double>(near.queries) * static_cast<double>(all));
  const Matrix weights = weights_of(near, [&](auto distances, auto row) {
    const double rho = first_above_zero(distances);
    const double mean = rho > 0 ? sum_of(distances) / static_cast<double>(all) : mean_of_all;
    const double sigma = find_sigma(distances, rho, log2_of(all));
    weigh(distances, rho, std::max(sigma, least_sigma * mean), row);
  });
  return symmetric_rows(near, weights,
                        [](float forth, float back) { return forth + back - forth * back; });
}

Matrix weights_of_new(const Neighbors& near) {
  const auto k = static_cast<size_t>(near.k);
  return weights_of(near, [&](auto distances, auto row) {
    const double mean = sum_of(distances) / static_cast<double>(k);
    const double sigma = find_sigma(distances.subspan(1), 0, log2_of(k));
    weigh(distances, distances.front(), std::max(sigma, least_sigma * mean), row);
  });
}

}  // namespace tsimcne
