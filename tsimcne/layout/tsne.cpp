#include "tsimcne/layout/tsne.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "tsimcne/error.hpp"
#include "tsimcne/graph/affinities.hpp"

namespace tsimcne {
namespace {

constexpr double start_deviation = 1e-4;  // of the wider axis
constexpr double least_rate = 200;
constexpr double early_momentum = 0.5, late_momentum = 0.8;
constexpr double least_gain = 0.01;
constexpr double longest_step = 5;
constexpr double placing_perplexity = 5, placing_exaggeration = 1.5;
constexpr double placing_rate = 0.1, most_placing_gradient = 0.25;
constexpr int placing_steps = 250;
constexpr int64_t few_points = 4000;  // of which pair by pair is quicker than the grid
constexpr int64_t rows_at_once = 256;
constexpr int steps_of_divergence = 50;

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

/// Moves a point a step along its gradient; each coordinate has a gain, which grows while it keeps
/// its direction (Jacobs 1988).
void descend(const std::array<double, 2>& gradient, double rate, double momentum, double* point,
             double* velocity, double* gain) {
  double length = 0;
  for (size_t c = 0; c < 2; ++c) {
    const bool turns = gradient[c] * velocity[c] > 0;  // it would go back
    gain[c] = std::max(least_gain, turns ? gain[c] * 0.8 : gain[c] + 0.2);
    velocity[c] = momentum * velocity[c] - rate * gain[c] * gradient[c];
    length += velocity[c] * velocity[c];
  }
  const double shorter = std::min(1.0, longest_step / std::sqrt(std::max(length, 1e-300)));
  for (size_t c = 0; c < 2; ++c) {
    velocity[c] *= shorter;
    point[c] += velocity[c];
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
  places_.resize(points_.size());
  for (const float p : affinities_.values) entropy_ += double{p} * std::log(double{p});
}

/// Puts the sums of p q (y_i - y_j) over each row's neighbours into `forces`. In single precision,
/// half of whose points are in the nearer caches.
void Tsne::attract(std::vector<double>& forces) {
  const int64_t n = affinities_.rows();
  std::ranges::transform(points_, places_.begin(), [](double x) { return static_cast<float>(x); });
#pragma omp parallel for schedule(dynamic, rows_at_once)
  for (int64_t i = 0; i < n; ++i) {
    const auto columns = affinities_.columns_of(i);
    const auto values = affinities_.values_of(i);
    const auto a = static_cast<size_t>(2 * i);
    const float here_x = places_[a], here_y = places_[a + 1];
    float x = 0, y = 0;
    for (size_t k = 0; k < columns.size(); ++k) {
      const auto b = static_cast<size_t>(columns[k]) * 2;
      const float dx = here_x - places_[b], dy = here_y - places_[b + 1];
      const float force = values[k] / (1 + dx * dx + dy * dy);
      x += force * dx;
      y += force * dy;
    }
    forces[a] = double{x};
    forces[a + 1] = double{y};
  }
}

/// The sum of p log(1 + d^2) over all pairs.
double Tsne::mean_logarithm() const {
  const int64_t n = affinities_.rows();
  std::vector<double> sums(static_cast<size_t>(n));
#pragma omp parallel for schedule(dynamic, rows_at_once)
  for (int64_t i = 0; i < n; ++i) {
    const auto columns = affinities_.columns_of(i);
    const auto values = affinities_.values_of(i);
    const auto a = static_cast<size_t>(2 * i);
    double sum = 0;
    for (size_t k = 0; k < columns.size(); ++k) {
      const auto b = static_cast<size_t>(columns[k]) * 2;
      const double dx = points_[a] - points_[b], dy = points_[a + 1] - points_[b + 1];
      sum += double{values[k]} * std::log1p(dx * dx + dy * dy);
    }
    sums[static_cast<size_t>(i)] = sum;
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
  attract(attraction_);
  if (step_ % steps_of_divergence == 0 || step_ + 1 == options_.steps) {
    divergence_ = entropy_ + mean_logarithm() + std::log(all);
  }

#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < points_.size(); i += 2) {
    std::array<double, 2> gradient{};
    for (size_t c = 0; c < 2; ++c) {
      gradient[c] = 4 * (exaggeration * attraction_[i + c] - repulsion_[i + c] / all);
    }
    descend(gradient, rate, momentum, &points_[i], &velocities_[i], &gains_[i]);
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

namespace {

/// The median of the neighbours' coordinates on one axis.
double median_of(std::span<const int64_t> near, MatrixView points, size_t axis) {
  std::vector<double> values;
  for (const int64_t j : near) values.push_back(double{points.row(j)[axis]});
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// Each new point's own normalisation takes the place of the sum over all pairs.
std::array<double, 2> gradient_of(const std::array<double, 2>& at, std::span<const int64_t> near,
                                  std::span<const float> affinities, MatrixView points,
                                  const CauchyField& field) {
  const CauchyField::Push push = field.at(at[0], at[1]);
  std::array<double, 2> gradient{-4 * push.x / push.sum, -4 * push.y / push.sum};
  for (size_t k = 0; k < near.size(); ++k) {
    const auto other = points.row(near[k]);
    const double dx = at[0] - double{other[0]}, dy = at[1] - double{other[1]};
    const double force = 4 * placing_exaggeration * double{affinities[k]} / (1 + dx * dx + dy * dy);
    gradient[0] += force * dx;
    gradient[1] += force * dy;
  }
  const double norm = std::hypot(gradient[0], gradient[1]);
  const double shorter = std::min(1.0, most_placing_gradient / std::max(norm, 1e-300));
  return {gradient[0] * shorter, gradient[1] * shorter};
}

}  // namespace

Matrix place_by_tsne(const Neighbors& near, MatrixView points) {
  const double perplexity =
      std::min(placing_perplexity, std::max(1.0, static_cast<double>(near.k) / 3));
  const Matrix affinities = conditional_affinities(near, perplexity);
  CauchyField field;
  field.set_sources(std::vector<double>(points.all().begin(), points.all().end()));
  Matrix places(near.queries, 2);
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < near.queries; ++i) {
    std::array<double, 2> at{median_of(near.row(i), points, 0), median_of(near.row(i), points, 1)};
    std::array<double, 2> velocity{}, gains{1, 1};
    for (int step = 0; step < placing_steps; ++step) {
      descend(gradient_of(at, near.row(i), affinities.row(i), points, field), placing_rate,
              late_momentum, at.data(), velocity.data(), gains.data());
    }
    places.row(i)[0] = static_cast<float>(at[0]);
    places.row(i)[1] = static_cast<float>(at[1]);
  }
  return places;
}

}  // namespace tsimcne
