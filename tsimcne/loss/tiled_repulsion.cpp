#include "tsimcne/loss/tiled_repulsion.hpp"

#include <ATen/ATen.h>
#include <omp.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "tsimcne/loss/tile_sweeps.hpp"

namespace tsimcne {
namespace {

/// Sums of float similarities below this may lack what float cannot hold.
constexpr double least_sum = 1e-26;

/// [n] floats, rounded up to whole steps with zeros.
at::Tensor padded(int64_t n) {
  return at::zeros({(n + step_of_sides - 1) / step_of_sides * step_of_sides}, at::kFloat);
}

/// Calls visit(tile) once for each pair of blocks of points, on all threads. A round takes each
/// block once as rows and once as columns, so tiles of a round never add to the same sums, and what
/// is added up in which order depends on n alone.
template <class Visit>
void for_each_tile(int64_t n, int64_t side, const Visit& visit) {
  const int64_t blocks = (n + side - 1) / side;
  for (int64_t apart = 0; 2 * apart <= blocks; ++apart) {
    // Half the way round the circle, i and j meet as (i, j) and as (j, i).
    const int64_t count = apart > 0 && 2 * apart == blocks ? apart : blocks;
#pragma omp parallel for schedule(dynamic)
    for (int64_t i = 0; i < count; ++i) {
      const int64_t row = i * side, column = (i + apart) % blocks * side;
      visit(Tile{row, std::min(side, n - row), column, std::min(side, n - column)});
    }
  }
}

/// Sums of all rows and, apart, of all columns, which other threads add to meanwhile.
struct Sums {
  explicit Sums(int64_t n) : rows(static_cast<size_t>(n)), columns(static_cast<size_t>(n)) {}

  double at(int64_t i) const {
    return rows[static_cast<size_t>(i)] + columns[static_cast<size_t>(i)];
  }

  std::vector<double> rows, columns;
};

/// Points on a map: all of a pair is made of coordinates in registers.
class MapPairs {
 public:
  explicit MapPairs(const at::Tensor& points)
      : n_(points.size(0)), dimensions_(points.size(1)), forces_(3, Sums(0)) {
    for (int64_t k = 0; k < axes(); ++k) {
      axes_.push_back(padded(n_));
      if (k < dimensions_) axes_.back().narrow(0, 0, n_).copy_(points.select(1, k));
      all_.axes[static_cast<size_t>(k)] = axes_.back().data_ptr<float>();
      forces_[static_cast<size_t>(k)] = Sums(n_);
    }
    all_.dimensions = static_cast<int>(axes());
  }

  int64_t side() const {
    return std::clamp(static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(n_ / 8))),
                      step_of_sides, longest_side);
  }

  void add_terms_to(Sums& sums, const Pairing& pairing, const Tile& tile) {
    add_terms(pairing, all_, tile, sums.rows.data(), sums.columns.data());
  }

  void add_forces_of(const Pairing& pairing, const Tile& tile, const float* weights) {
    const auto rows = [&](size_t k) { return forces_[k].rows.data(); };
    const auto columns = [&](size_t k) { return forces_[k].columns.data(); };
    add_forces(pairing, all_, tile, weights, {rows(0), rows(1), rows(2)},
               {columns(0), columns(1), columns(2)});
  }

  /// The sums over j of q_ij (z_i - z_j): [n, d].
  at::Tensor forces() const {
    at::Tensor result = at::empty({n_, dimensions_}, at::kFloat);
    float* out = result.data_ptr<float>();
    for (int64_t i = 0; i < n_; ++i) {
      for (int64_t k = 0; k < dimensions_; ++k) {
        *out++ = static_cast<float>(forces_[static_cast<size_t>(k)].at(i));
      }
    }
    return result;
  }

 private:
  /// A line is a plane with a second coordinate of zeros.
  int64_t axes() const { return std::max<int64_t>(dimensions_, 2); }

  int64_t n_, dimensions_;
  std::vector<at::Tensor> axes_;
  PointAxes all_{};
  std::vector<Sums> forces_;
};

/// Points in many dimensions: a tile begins as a matrix product and ends as the factor of two.
class ProductPairs {
 public:
  explicit ProductPairs(const at::Tensor& points)
      : n_(points.size(0)),
        points_(points - points.mean(0, true)),
        squared_norms_(padded(n_)),
        row_forces_(at::zeros_like(points_)),
        column_forces_(at::zeros_like(points_)),
        own_(n_) {
    squared_norms_.narrow(0, 0, n_).copy_(points_.square().sum(1));
    for (int thread = 0; thread < omp_get_max_threads(); ++thread) {
      tiles_.push_back(at::zeros({side(), longest_side}, at::kFloat));
    }
  }

  int64_t side() const {
    return std::clamp(static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(n_ / 8))),
                      step_of_sides, side_in_cache);
  }

  void add_terms_to(Sums& sums, const Pairing& pairing, const Tile& tile) {
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    products(tile);
    add_terms(pairing, product_tile(), tile, sums.rows.data(), sums.columns.data());
  }

  void add_forces_of(const Pairing& pairing, const Tile& tile, const float* weights) {
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    const at::Tensor q = products(tile);
    replace_by_forces(pairing, product_tile(), tile, weights, own_.rows.data(),
                      own_.columns.data());
    rows_of(row_forces_, tile).addmm_(q, columns_of(points_, tile));
    columns_of(column_forces_, tile).addmm_(q.t(), rows_of(points_, tile));
  }

  /// The sums over j of q_ij (z_i - z_j), from those of q_ij and of q_ij z_j: [n, d].
  at::Tensor forces() const {
    at::Tensor own = at::empty({n_, 1}, at::kFloat);
    for (int64_t i = 0; i < n_; ++i) own.data_ptr<float>()[i] = static_cast<float>(own_.at(i));
    return (points_ * own).sub_(row_forces_).sub_(column_forces_);
  }

 private:
  /// The side of a tile that fits into a core's second cache with the points that make it.
  static constexpr int64_t side_in_cache = 256;

  static at::Tensor rows_of(const at::Tensor& all, const Tile& tile) {
    return all.narrow(0, tile.first_row, tile.rows);
  }

  static at::Tensor columns_of(const at::Tensor& all, const Tile& tile) {
    return all.narrow(0, tile.first_column, tile.columns);
  }

  const at::Tensor& tile_of_thread() const {
    return tiles_[static_cast<size_t>(omp_get_thread_num())];
  }

  ProductTile product_tile() const {
    return {tile_of_thread().data_ptr<float>(), squared_norms_.data_ptr<float>()};
  }

  at::Tensor products(const Tile& tile) const {
    at::Tensor result = tile_of_thread().narrow(0, 0, tile.rows).narrow(1, 0, tile.columns);
    return at::mm_out(result, rows_of(points_, tile), columns_of(points_, tile).t());
  }

  int64_t n_;
  at::Tensor points_, squared_norms_, row_forces_, column_forces_;
  Sums own_;  // of q_ij
  std::vector<at::Tensor> tiles_;
};

/// How the sum F of a point's terms becomes its part in the repulsion, g(F), and the slope of that.
struct Part {
  const Objective& objective;
  int64_t n;

  bool is_log() const { return objective.family == Objective::Family::infonce; }
  /// NaN of a sum that is out of range.
  double of(double sum) const {
    if (!is_log()) return share() * sum;
    return sum >= least_sum ? std::log(sum) : NAN;
  }
  double slope(double sum) const { return is_log() ? 1 / sum : share(); }

 private:
  double share() const { return objective.negatives / static_cast<double>(n - 1); }
};

/// The mean of all points' parts, or nothing where a sum is out of range.
std::optional<double> mean_of(const Part& part, const Sums& sums) {
  std::vector<double> parts(static_cast<size_t>(part.n));
#pragma omp parallel for
  for (int64_t i = 0; i < part.n; ++i) parts[static_cast<size_t>(i)] = part.of(sums.at(i));
  double total = 0;
  for (const double one : parts) total += one;
  if (!std::isfinite(total)) return std::nullopt;
  return total / static_cast<double>(part.n);
}

template <class Pairs>
std::optional<Repulsion> repulsion_of(Pairs pairs, int64_t n, const Pairing& pairing,
                                      bool with_gradient) {
  Sums sums(n);
  for_each_tile(n, pairs.side(),
                [&](const Tile& tile) { pairs.add_terms_to(sums, pairing, tile); });
  const Part part{pairing.objective, n};
  const std::optional<double> value = mean_of(part, sums);
  if (!value) return std::nullopt;
  Repulsion result{at::scalar_tensor(*value, at::kFloat), at::Tensor()};
  if (!with_gradient) return result;

  const at::Tensor weights = padded(n);
  float* w = weights.data_ptr<float>();
  for (int64_t i = 0; i < n; ++i) w[i] = static_cast<float>(part.slope(sums.at(i)));
  for_each_tile(n, pairs.side(), [&](const Tile& tile) { pairs.add_forces_of(pairing, tile, w); });
  result.gradient = pairs.forces().mul_(-2.0 / static_cast<double>(n));
  return result;
}

}  // namespace

std::optional<Repulsion> tiled_repulsion(const at::Tensor& points, const Kernel& kernel,
                                         const Objective& objective, bool with_gradient) {
  const at::NoGradGuard no_grad;
  const int64_t n = points.size(0);
  const Pairing pairing{kernel, objective};
  if (points.size(1) <= 3) {
    return repulsion_of(MapPairs(points), n, pairing, with_gradient);
  }
  return repulsion_of(ProductPairs(points), n, pairing, with_gradient);
}

}  // namespace tsimcne
