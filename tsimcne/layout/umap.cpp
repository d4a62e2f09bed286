#include "tsimcne/layout/umap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tsimcne/error.hpp"
#include "tsimcne/graph/fuzzy_set.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

constexpr int64_t few_points = 10000;
constexpr int round_count = 4;
constexpr float extent = 10, noise = 1e-4f;  // of the start
constexpr float new_rate = 0.25f;            // at first, of new points
constexpr int64_t rows_at_once = 256;

/// What a curve is off by, and the step of Gauss and Newton towards the best.
struct Fit {
  double squares = 0;  // of the differences, summed
  double aa = 0, ab = 0, bb = 0, ra = 0, rb = 0;

  UmapCurve step(const UmapCurve& from, double damping) const {
    const double da = aa * (1 + damping), db = bb * (1 + damping), det = da * db - ab * ab;
    return {from.a + (db * ra - ab * rb) / det, from.b + (da * rb - ab * ra) / det};
  }
};

Fit fit_of(const UmapCurve& curve, double min_dist) {
  constexpr int samples = 300;
  Fit fit;
  for (int i = 1; i < samples; ++i) {  // at 0 both are 1
    const double x = 3.0 * i / (samples - 1);
    const double power = std::pow(x, 2 * curve.b), y = 1 / (1 + curve.a * power);
    const double off = (x < min_dist ? 1 : std::exp(min_dist - x)) - y;
    const double by_a = -power * y * y, by_b = 2 * std::log(x) * curve.a * by_a;
    fit.aa += by_a * by_a;
    fit.ab += by_a * by_b;
    fit.bb += by_b * by_b;
    fit.ra += by_a * off;
    fit.rb += by_b * off;
    fit.squares += off * off;
  }
  return fit;
}

/// In what share of the epochs an edge of a weight is sampled, in 2^-32.
uint32_t share_of(float weight, float largest) {
  constexpr double all = std::numeric_limits<uint32_t>::max();
  return static_cast<uint32_t>(all * std::min(1.0, double{weight} / double{largest}));
}

/// Of the random numbers of an epoch.
uint32_t key_of(uint64_t seed, int epoch) {
  return Random(seed, Stream::layout, static_cast<uint32_t>(epoch)).bits();
}

/// The rows `first` to `last`, shared out among threads.
void move_rows(const UmapEpoch& epoch, const UmapEdges& edges, int64_t first, int64_t last,
               std::span<const int32_t> identities, std::span<const float> places,
               std::span<float> moved) {
#pragma omp parallel for schedule(dynamic)
  for (int64_t row = first; row < last; row += rows_at_once) {
    move_points(epoch, edges, row, std::min(last, row + rows_at_once), identities, places, moved);
  }
}

/// Each axis from 0 to 10, and a little noise, without which equal points would stay together.
Matrix scaled(MatrixView start, uint64_t seed) {
  Matrix points(start.rows, 2);
  Random random(seed, Stream::layout);
  for (size_t axis = 0; axis < 2; ++axis) {
    float low = start.row(0)[axis], high = low;
    for (int64_t i = 0; i < start.rows; ++i) {
      low = std::min(low, start.row(i)[axis]);
      high = std::max(high, start.row(i)[axis]);
    }
    const float scale = high > low ? extent / (high - low) : 1;
    for (int64_t i = 0; i < start.rows; ++i) {
      points.row(i)[axis] =
          scale * (start.row(i)[axis] - low) + noise * static_cast<float>(random.uniform(-1, 1));
    }
  }
  return points;
}

size_t with_spare(int64_t rows) {
  return static_cast<size_t>(rows + umap_spare);
}

}  // namespace

int umap_epochs(int64_t points) {
  return points <= few_points ? 500 : 200;
}

UmapCurve umap_curve(double min_dist) {
  constexpr int steps = 100;  // of Levenberg and Marquardt's
  UmapCurve curve{1, 1};
  Fit fit = fit_of(curve, min_dist);
  double damping = 1e-2;
  for (int step = 0; step < steps; ++step) {
    const UmapCurve next = fit.step(curve, damping);
    const Fit next_fit = next.a > 0 && next.b > 0 ? fit_of(next, min_dist) : Fit{fit.squares + 1};
    const bool better = next_fit.squares <= fit.squares;
    damping *= better ? 0.1 : 10;
    if (!better) continue;
    curve = next;
    fit = next_fit;
  }
  return curve;
}

Umap::Umap(const SparseRows& joined, MatrixView start, const UmapOptions& options)
    : options_(options), curve_(umap_curve(options.min_dist)) {
  if (start.cols != 2 || start.rows != joined.rows()) {
    fail("UMAP of {} points starts from as many in 2 dimensions, not from {} in {}", joined.rows(),
         start.rows, start.cols);
  }
  arrange(joined);
  take(scaled(start, options.seed));
}

/// Deals the points out to rounds, and puts those first that are drawn most, so that points which
/// are moved at once are drawn about as often.
void Umap::arrange(const SparseRows& joined) {
  const int64_t n = joined.rows();
  const float largest = joined.values.empty() ? 1 : std::ranges::max(joined.values);
  const float least = largest / static_cast<float>(options_.epochs);
  std::vector<int> round(static_cast<size_t>(n));
  std::vector<double> drawn(static_cast<size_t>(n));
  rounds_.assign(round_count + 1, 0);
  Random random(options_.seed, Stream::layout, 0, 1);
  for (int64_t i = 0; i < n; ++i) {
    round[static_cast<size_t>(i)] = static_cast<int>(random.below(round_count));
    ++rounds_[static_cast<size_t>(round[static_cast<size_t>(i)]) + 1];
    for (const float weight : joined.values_of(i)) {
      if (weight >= least) drawn[static_cast<size_t>(i)] += double{weight};
    }
  }
  std::partial_sum(rounds_.begin(), rounds_.end(), rounds_.begin());
  order_.resize(static_cast<size_t>(n));
  std::iota(order_.begin(), order_.end(), 0);
  std::ranges::stable_sort(order_, [&](int32_t a, int32_t b) {
    const auto i = static_cast<size_t>(a), j = static_cast<size_t>(b);
    return round[i] != round[j] ? round[i] < round[j] : drawn[i] > drawn[j];
  });

  std::vector<int32_t> position(static_cast<size_t>(n));
  for (size_t at = 0; at < order_.size(); ++at) {
    position[static_cast<size_t>(order_[at])] = static_cast<int32_t>(at);
  }
  edges_.starts.assign(1, 0);
  for (const int32_t i : order_) {
    const auto columns = joined.columns_of(i);
    const auto values = joined.values_of(i);
    for (size_t k = 0; k < columns.size(); ++k) {
      if (values[k] < least) continue;
      edges_.columns.push_back(position[static_cast<size_t>(columns[k])]);
      edges_.shares.push_back(share_of(values[k], largest));
    }
    edges_.starts.push_back(std::ssize(edges_.columns));
  }
  identities_.resize(with_spare(n));
  std::iota(identities_.begin(), identities_.end(), 0);
  places_.resize(2 * with_spare(n));
  moved_.resize(2 * with_spare(n));
}

/// Puts points into the order of the rounds.
void Umap::take(MatrixView points) {
  for (size_t at = 0; at < order_.size(); ++at) {
    std::ranges::copy(points.row(order_[at]), places_.begin() + 2 * static_cast<int64_t>(at));
  }
}

Matrix Umap::points() const {
  Matrix points(std::ssize(order_), 2);
  for (size_t at = 0; at < order_.size(); ++at) {
    std::copy_n(places_.begin() + 2 * static_cast<int64_t>(at), 2, points.row(order_[at]).begin());
  }
  return points;
}

void Umap::advance() {
  if (finished()) return;
  const float done = static_cast<float>(epoch_) / static_cast<float>(options_.epochs);
  ++epoch_;
  const UmapEpoch epoch{.curve = curve_,
                        .number = epoch_,
                        .key = key_of(options_.seed, epoch_),
                        .rate = 1 - done,
                        .pulls = 2,  // as the one end of each edge, and as the other
                        .map = std::span(places_).first(2 * order_.size())};
  for (size_t round = 0; round < round_count; ++round) {
    const int64_t first = rounds_[round], last = rounds_[round + 1];
    move_rows(epoch, edges_, first, last, identities_, places_, moved_);
    std::copy(moved_.begin() + 2 * first, moved_.begin() + 2 * last, places_.begin() + 2 * first);
  }
}

void Umap::restore(const State& state) {
  const bool fits = state.points.rows == std::ssize(order_) && state.points.cols == 2 &&
                    state.epoch >= 0 && state.epoch <= options_.epochs;
  if (!fits) fail("this state of UMAP is of other points; it is damaged, or of another run");
  epoch_ = state.epoch;
  take(state.points);
}

Matrix place_by_umap(const Neighbors& near, MatrixView map, const UmapOptions& options) {
  const Matrix weights = weights_of_new(near);
  const int64_t m = near.queries;
  UmapEdges edges{.starts = {0}, .columns = {}, .shares = {}};
  std::vector<float> places(2 * with_spare(m)), moved(places.size());
  std::vector<int32_t> identities(with_spare(m));
  for (int64_t i = 0; i < m; ++i) {
    const auto row = weights.row(i);
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    double x = 0, y = 0;
    for (size_t k = 0; k < row.size(); ++k) {
      const int64_t j = near.row(i)[k];
      x += double{row[k]} * double{map.row(j)[0]} / sum;
      y += double{row[k]} * double{map.row(j)[1]} / sum;
      edges.columns.push_back(static_cast<int32_t>(j));
      edges.shares.push_back(share_of(row[k], 1));
    }
    edges.starts.push_back(std::ssize(edges.columns));
    places[static_cast<size_t>(2 * i)] = static_cast<float>(x);
    places[static_cast<size_t>(2 * i) + 1] = static_cast<float>(y);
    identities[static_cast<size_t>(i)] = static_cast<int32_t>(near.row(i)[0]);
  }
  const UmapCurve curve = umap_curve(options.min_dist);
  const int epochs = options.epochs / 3;
  for (int number = 1; number <= epochs; ++number) {
    const float left = static_cast<float>(epochs + 1 - number) / static_cast<float>(epochs);
    move_rows({.curve = curve,
               .number = number,
               .key = key_of(options.seed, number),
               .rate = new_rate * left,
               .pulls = 1,
               .map = map.all()},
              edges, 0, m, identities, places, moved);
    places.swap(moved);
  }
  Matrix result(m, 2);
  std::copy_n(places.begin(), 2 * m, result.values.begin());
  return result;
}

}  // namespace tsimcne
