#include "tsimcne/layout/tsne.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

constexpr double start_deviation = 1e-4;  // of the wider axis
constexpr double least_rate = 200;
constexpr double early_momentum = 0.5, late_momentum = 0.8;
constexpr double least_gain = 0.01;
constexpr double longest_step = 5;
constexpr int64_t few_points = 4000;  // of which pair by pair is quicker than the grid
constexpr int64_t rows_at_once = 1024;

void centre(std::vector<double>& points) {
  double x = 0, y = 0;
  for (size_t i = 0; i < points.size(); i += 2) {
    x += points[i];
    y += points[i + 1];
  }
  const double n = static_cast<double>(points.size()) / 2;
  for (size_t i = 0; i < points.size(); i += 2) {
    points[i] -= x / n;
    points[i + 1] -= y / n;
  }
}

/// The start scaled down; points that are all at one place are spread a little, since nothing would
/// move them apart.
std::vector<double> scaled(MatrixView start) {
  std::vector<double> points(start.all().begin(), start.all().end());
  centre(points);
  double squares = 0;
  for (size_t i = 0; i < points.size(); i += 2) squares += points[i] * points[i];
  const double deviation = std::sqrt(squares / static_cast<double>(start.rows));
  for (size_t i = 0; i < points.size(); ++i) {
    const double aside = start_deviation * 1e-3 * std::sin(static_cast<double>(i) + 1);
    points[i] = (deviation > 0 ? points[i] * start_deviation / deviation : 0) + aside;
  }
  return points;
}

}  // namespace

Tsne::Tsne(SparseRows affinities, MatrixView start, const TsneOptions& options)
    : affinities_(std::move(affinities)), options_(options) {
  if (start.cols != 2 || start.rows != affinities_.rows()) {
    fail("t-SNE of {} points starts from as many in 2 dimensions, not from {} in {}",
         affinities_.rows(), start.rows, start.cols);
  }
  points_ = scaled(start);
  velocities_.resize(points_.size());
  gains_.assign(points_.size(), 1);
  repulsion_.resize(points_.size());
  attraction_.resize(points_.size());
  for (const float p : affinities_.values) entropy_ += double{p} * std::log(double{p});
}

/// Puts the sums of p q (y_i - y_j) over each row's neighbours into `forces`, and returns the sum
/// of p log(1 + d^2).
double Tsne::attract(std::vector<double>& forces) const {
  const int64_t n = affinities_.rows(), blocks = (n + rows_at_once - 1) / rows_at_once;
  std::vector<double> sums(static_cast<size_t>(blocks));
#pragma omp parallel for schedule(dynamic)
  for (int64_t block = 0; block < blocks; ++block) {
    double sum = 0;
    for (int64_t i = block * rows_at_once; i < std::min(n, (block + 1) * rows_at_once); ++i) {
      const auto columns = affinities_.columns_of(i);
      const auto values = affinities_.values_of(i);
      const auto a = static_cast<size_t>(2 * i);
      double x = 0, y = 0;
      for (size_t k = 0; k < columns.size(); ++k) {
        const auto b = static_cast<size_t>(columns[k]) * 2;
        const double dx = points_[a] - points_[b], dy = points_[a + 1] - points_[b + 1];
        const double one_and_squared = 1 + dx * dx + dy * dy;
        const double force = double{values[k]} / one_and_squared;
        x += force * dx;
        y += force * dy;
        sum += double{values[k]} * std::log(one_and_squared);
      }
      forces[a] = x;
      forces[a + 1] = y;
    }
    sums[static_cast<size_t>(block)] = sum;
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

void Tsne::advance() {
  if (finished()) return;
  const bool early = step_ < options_.early_steps;
  const double exaggeration = early ? options_.early_exaggeration : options_.exaggeration;
  const double momentum = early ? early_momentum : late_momentum;
  const auto n = static_cast<double>(affinities_.rows());
  const double rate = std::max(least_rate, n / options_.early_exaggeration);
  const double all = affinities_.rows() < few_points ? exact_cauchy_field(points_, repulsion_)
                                                     : field_(points_, repulsion_);
  const double logs = attract(attraction_);
  divergence_ = entropy_ + logs + std::log(all);

#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < points_.size(); i += 2) {
    double length = 0;
    for (size_t c = i; c < i + 2; ++c) {
      const double gradient = 4 * (exaggeration * attraction_[c] - repulsion_[c] / all);
      const bool turns = gradient * velocities_[c] > 0;  // it would go back
      gains_[c] = std::max(least_gain, turns ? gains_[c] * 0.8 : gains_[c] + 0.2);
      velocities_[c] = momentum * velocities_[c] - rate * gains_[c] * gradient;
      length += velocities_[c] * velocities_[c];
    }
    const double shorter = std::min(1.0, longest_step / std::sqrt(std::max(length, 1e-300)));
    for (size_t c = i; c < i + 2; ++c) {
      velocities_[c] *= shorter;
      points_[c] += velocities_[c];
    }
  }
  centre(points_);
  ++step_;
}

Matrix Tsne::points() const {
  Matrix points(affinities_.rows(), 2);
  std::ranges::transform(points_, points.values.begin(),
                         [](double value) { return static_cast<float>(value); });
  return points;
}

void Tsne::restore(State state) {
  const size_t size = points_.size();
  const bool fits = state.points.size() == size && state.velocities.size() == size &&
                    state.gains.size() == size && state.step >= 0 && state.step <= options_.steps;
  if (!fits) fail("this state of t-SNE is of other points; it is damaged, or of another run");
  step_ = state.step;
  divergence_ = state.divergence;
  points_ = std::move(state.points);
  velocities_ = std::move(state.velocities);
  gains_ = std::move(state.gains);
}

}  // namespace tsimcne
