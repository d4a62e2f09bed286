#include "tsimcne/measure/linear_probe.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/layout/products.hpp"
#include "tsimcne/measure/groups.hpp"
#include "tsimcne/measure/minimise.hpp"

namespace tsimcne {

namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Eigen::MatrixXd, Eigen::RowVectorXd, Eigen::VectorXd;

constexpr int most_rounds = 200;
constexpr int64_t part = 512;  // rows that one thread takes at a time

auto row_of(MatrixView features, int64_t row) {
  return Eigen::Map<const Eigen::RowVectorXf>(features.row(row).data(), features.cols)
      .cast<double>();
}

/// Means and standard deviations of columns.
struct Scaling {
  RowVectorXd mean, scale;

  Scaling(MatrixView features, std::span<const int64_t> rows)
      : mean(RowVectorXd::Zero(features.cols)), scale(mean) {
    const auto n = static_cast<double>(rows.size());
    for (const int64_t row : rows) mean += row_of(features, row);
    mean /= n;
    for (const int64_t row : rows) scale += (row_of(features, row) - mean).cwiseAbs2();
    scale = (scale / n).cwiseSqrt();
    // Columns that are constant but for the rounding of their mean.
    scale = (scale.array() <= 1e-12 * mean.array().abs()).select(1.0, scale);
  }

  /// The rows scaled, and a column of ones for the offsets behind them.
  RowMatrix apply(MatrixView features, std::span<const int64_t> rows) const {
    RowMatrix scaled(std::ssize(rows), features.cols + 1);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < scaled.rows(); ++i) {
      scaled.row(i) << (row_of(features, rows[static_cast<size_t>(i)]) - mean).cwiseQuotient(scale),
          1;
    }
    return scaled;
  }
};

/// Cross-entropy and penalty. Weights stand as [d + 1, classes], the offsets in the last row.
class Loss {
 public:
  Loss(RowMatrix rows, Groups labels)
      : rows_(std::move(rows)),
        labels_(std::move(labels)),
        penalty_(labels_.count == 2 ? 2 : 1),
        curvature_(curvature_at_start()) {}

  int64_t parameters() const { return rows_.cols() * labels_.count; }

  double operator()(const VectorXd& at, VectorXd& gradient) const {
    const Eigen::Map<const MatrixXd> weights(at.data(), rows_.cols(), labels_.count);
    gradient.setZero(parameters());
    Eigen::Map<MatrixXd> slope(gradient.data(), rows_.cols(), labels_.count);
    double loss = add_cross_entropy(weights, slope);
    const int64_t width = rows_.cols() - 1;
    slope.topRows(width) += penalty_ * weights.topRows(width);
    return loss + penalty_ / 2 * weights.topRows(width).squaredNorm();
  }

  VectorXd undo_curvature(const VectorXd& gradient) const {
    VectorXd result(gradient.size());
    in_one_thread([&] {
      result = curvature_.solve(gradient.reshaped(rows_.cols(), labels_.count)).reshaped();
    });
    return result;
  }

 private:
  /// Sums over parts in their order, whatever thread made them.
  double add_cross_entropy(const Eigen::Ref<const MatrixXd>& weights,
                           Eigen::Ref<MatrixXd> slope) const {
    std::vector<MatrixXd> slopes(static_cast<size_t>((rows_.rows() + part - 1) / part));
    std::vector<double> losses(slopes.size());
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < slopes.size(); ++i) {
      losses[i] = part_of_loss(static_cast<int64_t>(i) * part, weights, slopes[i]);
    }
    for (const MatrixXd& of_part : slopes) slope += of_part;
    return std::accumulate(losses.begin(), losses.end(), 0.0);
  }

  double part_of_loss(int64_t first, const Eigen::Ref<const MatrixXd>& weights,
                      MatrixXd& slope) const {
    const auto rows = rows_.middleRows(first, std::min(part, rows_.rows() - first));
    RowMatrix shares = rows * weights;  // at first the classes' sums
    double loss = 0;
    for (int64_t i = 0; i < rows.rows(); ++i) {
      auto row = shares.row(i).array();
      const int32_t label = labels_.of_row[static_cast<size_t>(first + i)];
      const double largest = row.maxCoeff(), own = row[label];
      row = (row - largest).exp();
      const double sum = row.sum();
      loss += largest + std::log(sum) - own;
      row /= sum;
      row[label] -= 1;
    }
    slope.noalias() = rows.transpose() * shares;
    return loss;
  }

  /// The second derivative where all weights are 0, class by class; of many rows estimated from
  /// some, evenly spaced.
  Eigen::LLT<MatrixXd> curvature_at_start() const {
    const int64_t step = 1 + rows_.rows() / (10 * rows_.cols());
    const RowMatrix some = rows_(Eigen::seq(0, Eigen::last, step), Eigen::all);
    const double rows_a_class = static_cast<double>(step) / static_cast<double>(labels_.count);
    Eigen::LLT<MatrixXd> factors;
    in_one_thread([&] {
      MatrixXd second = rows_a_class * (some.transpose() * some);
      second.diagonal().array() += penalty_;
      factors.compute(second);
    });
    return factors;
  }

  RowMatrix rows_;  // [n, d + 1]
  Groups labels_;
  double penalty_;
  Eigen::LLT<MatrixXd> curvature_;
};

Groups labels_of(std::span<const int32_t> labels, std::span<const int64_t> rows,
                 std::vector<int32_t>& classes) {
  for (const int64_t row : rows) {
    classes.push_back(labels[static_cast<size_t>(row)]);
    if (classes.back() < 0) fail("a linear probe needs labelled rows; row {} has no label", row);
  }
  Groups groups(classes);
  std::ranges::sort(classes);
  const auto [end, last] = std::ranges::unique(classes);
  classes.erase(end, last);
  if (groups.count < 2) {
    fail("a linear probe of rows with {} different labels was asked for; expected 2 or more",
         groups.count);
  }
  return groups;
}

template <class Values>
std::vector<double> to_vector(const Values& values) {
  return {values.begin(), values.end()};
}

}  // namespace

LinearProbe learn_probe(MatrixView features, std::span<const int32_t> labels,
                        std::span<const int64_t> rows, double tolerance) {
  LinearProbe probe;
  Groups groups = labels_of(labels, rows, probe.classes);
  const Scaling scaling(features, rows);
  const Loss loss(scaling.apply(features, rows), std::move(groups));
  const Minimum minimum = minimise(
      std::cref(loss), [&loss](const VectorXd& gradient) { return loss.undo_curvature(gradient); },
      VectorXd::Zero(loss.parameters()), tolerance * static_cast<double>(rows.size()), most_rounds);
  const auto weights = minimum.at.reshaped(features.cols + 1, std::ssize(probe.classes));
  probe.mean = to_vector(scaling.mean);
  probe.scale = to_vector(scaling.scale);
  probe.weights = to_vector(weights.topRows(features.cols).reshaped());
  probe.offsets = to_vector(weights.row(features.cols));
  probe.rounds = minimum.rounds;
  probe.converged = minimum.converged;
  return probe;
}

double probe_accuracy(const LinearProbe& probe, MatrixView features,
                      std::span<const int32_t> labels, std::span<const int64_t> rows) {
  const Eigen::Map<const MatrixXd> weights(probe.weights.data(), features.cols,
                                           std::ssize(probe.classes));
  const Eigen::Map<const RowVectorXd> offsets(probe.offsets.data(), std::ssize(probe.classes)),
      mean(probe.mean.data(), features.cols), scale(probe.scale.data(), features.cols);
  int64_t right = 0;
#pragma omp parallel for schedule(static) reduction(+ : right)
  for (int64_t i = 0; i < std::ssize(rows); ++i) {
    const int64_t row = rows[static_cast<size_t>(i)];
    const RowVectorXd sums =
        (row_of(features, row) - mean).cwiseQuotient(scale) * weights + offsets;
    Eigen::Index best = 0;
    sums.maxCoeff(&best);
    right += probe.classes[static_cast<size_t>(best)] == labels[static_cast<size_t>(row)];
  }
  return static_cast<double>(right) / static_cast<double>(rows.size());
}

}  // namespace tsimcne
