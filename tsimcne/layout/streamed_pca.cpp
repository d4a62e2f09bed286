#include <omp.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "tsimcne/error.hpp"
#include "tsimcne/layout/directions.hpp"
#include "tsimcne/layout/pca.hpp"

namespace tsimcne {
namespace {

using Doubles = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int64_t most_exact_columns = 1024;
constexpr int64_t rows_at_once = 512;
constexpr int64_t blocks_at_once = 16;  // whose sums are kept before they are added up in order

Rows read_rows(const RowSource& data, int64_t first) {
  Rows rows(std::min(rows_at_once, data.rows - first), data.cols);
  data.read(first, rows.rows(), rows.data());
  return rows;
}

/// The sum of what `of_block` makes of each block of rows. Blocks are shared out among threads, and
/// added in their order.
template <class Sum, class OfBlock>
Sum sum_over_blocks(const RowSource& data, const Sum& zero, const OfBlock& of_block) {
  const int64_t blocks = (data.rows + rows_at_once - 1) / rows_at_once;
  Sum sum = zero;
  for (int64_t first = 0; first < blocks; first += blocks_at_once) {
    const int64_t count = std::min(blocks_at_once, blocks - first);
    std::vector<Sum> parts(static_cast<size_t>(count));
#pragma omp parallel for schedule(dynamic)
    for (int64_t i = 0; i < count; ++i) {
      parts[static_cast<size_t>(i)] = of_block(read_rows(data, (first + i) * rows_at_once));
    }
    for (const Sum& part : parts) sum += part;
  }
  return sum;
}

/// Throws an Error that names the first number that is not finite.
void require_finite(const RowSource& data) {
  for (int64_t first = 0; first < data.rows; first += rows_at_once) {
    const Rows rows = read_rows(data, first);
    for (int64_t i = 0; i < rows.size(); ++i) {
      if (std::isfinite(rows.data()[i])) continue;
      fail(
          "principal components need finite numbers, and row {}, column {} is {}: remove the row "
          "or "
          "fill it in",
          first + i / data.cols + 1, i % data.cols + 1, rows.data()[i]);
    }
  }
}

Eigen::RowVectorXd mean_of(const RowSource& data) {
  const Eigen::RowVectorXd sum = sum_over_blocks<Eigen::RowVectorXd>(
      data, Eigen::RowVectorXd::Zero(data.cols),
      [](const Rows& rows) { return rows.cast<double>().colwise().sum().eval(); });
  if (!sum.allFinite()) require_finite(data);
  return sum / static_cast<double>(data.rows);
}

/// The sum of squared distances from the mean.
double scatter_of(const RowSource& data, const Eigen::RowVectorXd& mean) {
  return sum_over_blocks<double>(data, 0, [&](const Rows& rows) {
    return (rows.cast<double>().rowwise() - mean).squaredNorm();
  });
}

/// The d x d sums of products of columns, and their eigenvectors [d, count].
Eigen::MatrixXd exact_directions(const RowSource& data, const Eigen::RowVectorXd& mean,
                                 int64_t count) {
  const Doubles scatter =
      sum_over_blocks<Doubles>(data, Doubles::Zero(data.cols, data.cols), [&](const Rows& rows) {
        const Doubles centred = rows.cast<double>().rowwise() - mean;
        return (centred.transpose() * centred).eval();
      });
  Eigen::MatrixXd vectors;
  in_one_thread([&] {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(scatter);
    if (solver.info() == Eigen::Success) {
      vectors = solver.eigenvectors().rightCols(count).rowwise().reverse();
    }
  });
  if (vectors.cols() != count) fail("the principal components did not converge");
  return vectors;
}

/// The same without the products of columns.
Eigen::MatrixXd iterated_directions(const RowSource& data, const Eigen::RowVectorXd& mean,
                                    int64_t count) {
  const Eigen::RowVectorXf centre = mean.cast<float>();
  const auto covariance_times = [&](const Rows& vectors) -> Rows {
    const Doubles sum = sum_over_blocks<Doubles>(
        data, Doubles::Zero(data.cols, vectors.cols()), [&](const Rows& rows) {
          const Rows centred = rows.rowwise() - centre;
          const Rows scores = centred * vectors;
          return (centred.transpose() * scores).cast<double>().eval();
        });
    return (sum / static_cast<double>(data.rows)).cast<float>();
  };
  return leading_directions(covariance_times, data.cols, count).cast<double>();
}

/// The sums of squares along the directions.
Eigen::RowVectorXd spreads_along(const RowSource& data, const Eigen::RowVectorXd& mean,
                                 const Eigen::MatrixXd& directions) {
  return sum_over_blocks<Eigen::RowVectorXd>(
      data, Eigen::RowVectorXd::Zero(directions.cols()), [&](const Rows& rows) {
        const Doubles centred = rows.cast<double>().rowwise() - mean;
        return (centred * directions).colwise().squaredNorm().eval();
      });
}

void fix_sign(Eigen::Ref<Eigen::VectorXd> direction) {
  Eigen::Index largest = 0;
  direction.cwiseAbs().maxCoeff(&largest);
  if (direction(largest) < 0) direction = -direction;
}

}  // namespace

RowSource source_of(MatrixView rows) {
  return {rows.rows, rows.cols, [rows](int64_t first, int64_t count, float* out) {
            std::copy_n(rows.values + first * rows.cols, count * rows.cols, out);
          }};
}

PrincipalAxes principal_axes(const RowSource& data, int64_t components) {
  if (data.rows < 1 || data.cols < 1 || components < 1) {
    fail(
        "{} principal components of {} rows and {} columns were asked for; expected 1 or more each",
        components, data.rows, data.cols);
  }
  const Eigen::RowVectorXd mean = mean_of(data);
  const double whole = scatter_of(data, mean);
  const int64_t count = std::min(components, data.cols);
  Eigen::MatrixXd directions = data.cols <= most_exact_columns
                                   ? exact_directions(data, mean, count)
                                   : iterated_directions(data, mean, count);
  const Eigen::RowVectorXd spreads = spreads_along(data, mean, directions);
  const double zero = whole * static_cast<double>(data.cols) *
                      std::numeric_limits<float>::epsilon() * std::numeric_limits<float>::epsilon();

  PrincipalAxes axes{Matrix(1, data.cols), Matrix(components, data.cols),
                     std::vector<double>(static_cast<size_t>(components))};
  rows_in(axes.mean) = mean.cast<float>();
  for (int64_t c = 0; c < count; ++c) {
    if (spreads(c) <= zero) continue;  // past the rank
    fix_sign(directions.col(c));
    rows_in(axes.directions).row(c) = directions.col(c).transpose().cast<float>();
    axes.shares[static_cast<size_t>(c)] = spreads(c) / whole;
  }
  return axes;
}

Matrix project(const PrincipalAxes& axes, const RowSource& data) {
  if (data.cols != axes.mean.cols) {
    fail("points of {} dimensions cannot be put on axes of {}", data.cols, axes.mean.cols);
  }
  Matrix scores(data.rows, axes.directions.rows);
  const int64_t blocks = (data.rows + rows_at_once - 1) / rows_at_once;
#pragma omp parallel for schedule(dynamic)
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t first = block * rows_at_once;
    const Rows rows = read_rows(data, first);
    rows_in(scores).middleRows(first, rows.rows()) =
        (rows.rowwise() - rows_in(axes.mean).row(0)) * rows_in(axes.directions).transpose();
  }
  return scores;
}

}  // namespace tsimcne
