#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/measure/clustering.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {

namespace {

constexpr int most_rounds = 300;
constexpr int64_t block = 512;  // rows whose distances stay in a core's nearest cache

using Columns = Eigen::ArrayXXd;  // [n, d], column after column
using Centres = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;  // [k, d]

/// The rows, each with the centre that is nearest to it.
struct Assignment {
  std::vector<int32_t> nearest;  // [n]
  double inertia = 0;
};

Columns columns_of(MatrixView points) {
  using Rows = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Rows>(points.values, points.rows, points.cols).cast<double>();
}

/// Squared distances of `count` rows from row `first` on to a centre.
void distances_to(const Columns& points, int64_t first, int64_t count,
                  const Eigen::Ref<const Eigen::ArrayXd>& centre, Eigen::ArrayXd& distances) {
  distances = (points.col(0).segment(first, count) - centre[0]).square();
  for (int64_t c = 1; c < points.cols(); ++c) {
    distances += (points.col(c).segment(first, count) - centre[c]).square();
  }
}

Assignment assign(const Columns& points, const Centres& centres) {
  Assignment assignment{std::vector<int32_t>(static_cast<size_t>(points.rows())), 0};
  Eigen::ArrayXd distances, least;
  for (int64_t first = 0; first < points.rows(); first += block) {
    const int64_t count = std::min(block, points.rows() - first);
    int32_t* const nearest = assignment.nearest.data() + first;
    distances_to(points, first, count, centres.row(0), least);
    for (int32_t c = 1; c < centres.rows(); ++c) {
      distances_to(points, first, count, centres.row(c), distances);
      for (int64_t i = 0; i < count; ++i) {
        nearest[i] = distances[i] < least[i] ? c : nearest[i];
        least[i] = std::min(least[i], distances[i]);
      }
    }
    assignment.inertia += least.sum();
  }
  return assignment;
}

/// The means of the rows around each centre; one that has none stays where it is.
Centres means(const Columns& points, const std::vector<int32_t>& nearest, const Centres& centres) {
  Centres sums = Centres::Zero(centres.rows(), centres.cols());
  Eigen::ArrayXd counts = Eigen::ArrayXd::Zero(centres.rows());
  for (int64_t i = 0; i < points.rows(); ++i) {
    const int32_t centre = nearest[static_cast<size_t>(i)];
    sums.row(centre) += points.row(i);
    ++counts[centre];
  }
  for (int64_t c = 0; c < centres.rows(); ++c) {
    sums.row(c) = counts[c] > 0 ? Centres(sums.row(c) / counts[c]) : Centres(centres.row(c));
  }
  return sums;
}

/// Lloyd's algorithm until the sum of the centres' squared movements is at most `tolerance`.
Assignment move_centres(const Columns& points, Centres& centres, double tolerance) {
  Assignment assignment = assign(points, centres);
  for (int round = 0; round < most_rounds; ++round) {
    const Centres moved = means(points, assignment.nearest, centres);
    const double movement = (moved - centres).square().sum();
    centres = moved;
    assignment = assign(points, centres);
    if (movement <= tolerance) break;
  }
  return assignment;
}

/// A row with chance in proportion to its weight; `sum` is that of the weights.
int64_t draw(const Eigen::ArrayXd& weights, double sum, Random& random) {
  double left = random.uniform() * sum;
  for (int64_t i = 0; i + 1 < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.size() - 1;
}

/// Centres that are rows, each far from those before it by chance.
Centres spread_out_centres(const Columns& points, int64_t k, Random& random) {
  const int candidates = 2 + static_cast<int>(std::log(static_cast<double>(k)));
  const auto distances_from = [&points](int64_t row, Eigen::ArrayXd& distances) {
    distances_to(points, 0, points.rows(), points.row(row).transpose(), distances);
  };
  std::vector<int64_t> rows = {random.below(static_cast<uint32_t>(points.rows()))};
  Eigen::ArrayXd least, distances, best;
  distances_from(rows.front(), least);
  for (double sum = least.sum(); std::ssize(rows) < k && sum > 0; sum = least.sum()) {
    rows.push_back(-1);
    for (int candidate = 0; candidate < candidates; ++candidate) {
      const int64_t row = draw(least, sum, random);
      distances_from(row, distances);
      distances = distances.min(least);
      if (candidate > 0 && distances.sum() >= best.sum()) continue;
      rows.back() = row;
      best = distances;
    }
    least = best;
  }
  return points(rows, Eigen::all);
}

/// The sum of the columns' variances over their number, the scale of how far centres may still
/// move, as in scikit-learn.
double mean_variance(const Columns& points) {
  return (points.rowwise() - points.colwise().mean()).square().mean();
}

Matrix to_matrix(const Centres& centres) {
  Matrix matrix(centres.rows(), centres.cols());
  std::ranges::transform(centres.reshaped<Eigen::RowMajor>(), matrix.values.begin(),
                         [](double value) { return static_cast<float>(value); });
  return matrix;
}

}  // namespace

KMeans k_means(MatrixView points, int64_t k, uint64_t seed, int starts) {
  if (k < 1 || k > points.rows) {
    fail("{} clusters of {} rows were asked for; expected 1 to {}", k, points.rows, points.rows);
  }
  const Columns columns = columns_of(points);
  const double tolerance = 1e-4 * mean_variance(columns);
  std::vector<Centres> centres(static_cast<size_t>(starts));
  std::vector<double> inertias(centres.size());
#pragma omp parallel for schedule(dynamic)
  for (size_t start = 0; start < centres.size(); ++start) {
    Random random(seed, Stream::subset, /*a=*/1, static_cast<uint32_t>(start));
    centres[start] = spread_out_centres(columns, k, random);
    inertias[start] = move_centres(columns, centres[start], tolerance).inertia;
  }
  Centres& best =
      centres[static_cast<size_t>(std::ranges::min_element(inertias) - inertias.begin())];
  Assignment assignment = move_centres(columns, best, 0);
  return {std::move(assignment.nearest), to_matrix(best), assignment.inertia};
}

}  // namespace tsimcne
