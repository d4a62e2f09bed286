#include "tsimcne/train/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tsimcne {
namespace {

/// From 1 at x = 0 to 0 at x = 1.
double half_cosine(double x) {
  return 0.5 * (1 + std::cos(std::numbers::pi * x));
}

}  // namespace

double learning_rate_at(int epoch, int epochs, int warm_up, double rate) {
  if (epochs == 0) return 0;
  if (warm_up < 2) warm_up = 0;
  if (epoch < warm_up) return rate * epoch / (warm_up - 1);
  return rate * half_cosine(static_cast<double>(epoch - warm_up) / (epochs - warm_up + 1));
}

double one_cycle(double share) {
  constexpr double rise = 0.1;
  return share < rise ? share / rise : half_cosine((share - rise) / (1 - rise));
}

int dimensions_at(int epoch, int epochs, int from, int to) {
  if (epochs == 0) return to;
  const double share = half_cosine(static_cast<double>(epoch + 1) / epochs);
  return std::clamp(static_cast<int>(std::floor(to + (from + 1 - to) * share)), to, from);
}

}  // namespace tsimcne
