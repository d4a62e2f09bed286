#include "tsimcne/layout/pca.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "tsimcne/error.hpp"

namespace tsimcne {

namespace {

using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Rows = Eigen::Map<const FloatMatrix>;
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr int64_t block_rows = 1024;  // a block in double precision stays in cache

Eigen::RowVectorXd mean_of(const Rows& rows) {
  Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(rows.cols());
  for (int64_t i = 0; i < rows.rows(); ++i) sum += rows.row(i).cast<double>();
  return sum / static_cast<double>(rows.rows());
}

/// The leading eigenvectors of a symmetric matrix, largest eigenvalue first; those whose eigenvalue
/// is zero but for rounding are zero themselves.
Eigen::MatrixXd leading_vectors(const Eigen::MatrixXd& symmetric, int64_t count) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(symmetric);
  if (solver.info() != Eigen::Success) fail("the principal components did not converge");
  const Eigen::VectorXd& values = solver.eigenvalues();  // ascending
  const int64_t size = symmetric.rows();
  const double zero =
      values(size - 1) * static_cast<double>(size) * std::numeric_limits<double>::epsilon();
  Eigen::MatrixXd vectors = Eigen::MatrixXd::Zero(size, count);
  for (int64_t c = 0; c < std::min(count, size); ++c) {
    if (values(size - 1 - c) > zero) vectors.col(c) = solver.eigenvectors().col(size - 1 - c);
  }
  return vectors;
}

/// Directions [d, count] from the covariance of the columns.
Eigen::MatrixXd loadings_of_tall(const Rows& rows, const Eigen::RowVectorXd& mean, int64_t count) {
  Eigen::MatrixXd scatter = Eigen::MatrixXd::Zero(rows.cols(), rows.cols());
  for (int64_t first = 0; first < rows.rows(); first += block_rows) {
    const int64_t rows_here = std::min(block_rows, rows.rows() - first);
    const RowMatrix block = rows.middleRows(first, rows_here).cast<double>().rowwise() - mean;
    scatter.noalias() += block.transpose() * block;
  }
  return leading_vectors(scatter, count);
}

/// The same from the products of the rows, fewer than the columns: the covariance X'X and the
/// products XX' share their eigenvalues, and X' turns the latter's eigenvectors into the former's.
Eigen::MatrixXd loadings_of_wide(const Rows& rows, const Eigen::RowVectorXd& mean, int64_t count) {
  const RowMatrix centred = rows.cast<double>().rowwise() - mean;
  const Eigen::MatrixXd products = centred * centred.transpose();
  Eigen::MatrixXd loadings = centred.transpose() * leading_vectors(products, count);
  for (auto loading : loadings.colwise()) loading.normalize();  // leaves zeros alone
  return loadings;
}

void fix_signs(Eigen::MatrixXd& loadings) {
  for (auto loading : loadings.colwise()) {
    Eigen::Index largest = 0;
    loading.cwiseAbs().maxCoeff(&largest);
    if (loading(largest) < 0) loading = -loading;
  }
}

Rows view(MatrixView matrix) {
  return {matrix.values, matrix.rows, matrix.cols};
}

Matrix to_matrix(const Eigen::MatrixXd& values) {
  Matrix result(values.rows(), values.cols());
  Eigen::Map<FloatMatrix>(result.values.data(), result.rows, result.cols) = values.cast<float>();
  return result;
}

}  // namespace

PrincipalAxes principal_axes(MatrixView data, int64_t components) {
  if (data.rows < 1 || data.cols < 1 || components < 1) {
    fail(
        "{} principal components of {} rows and {} columns were asked for; expected 1 or more each",
        components, data.rows, data.cols);
  }
  if (!std::ranges::all_of(data.all(), [](float x) { return std::isfinite(x); })) {
    fail("principal components need finite numbers; remove the rows that hold others");
  }
  const Rows rows = view(data);
  const Eigen::RowVectorXd mean = mean_of(rows);
  Eigen::MatrixXd loadings = data.rows < data.cols ? loadings_of_wide(rows, mean, components)
                                                   : loadings_of_tall(rows, mean, components);
  fix_signs(loadings);
  return {to_matrix(mean), to_matrix(loadings.transpose())};
}

Matrix project(const PrincipalAxes& axes, MatrixView data) {
  if (data.cols != axes.mean.cols) {
    fail("points of {} dimensions cannot be put on axes of {}", data.cols, axes.mean.cols);
  }
  Matrix scores(data.rows, axes.directions.rows);
  Eigen::Map<FloatMatrix>(scores.values.data(), scores.rows, scores.cols) =
      (view(data).rowwise() - view(axes.mean).row(0)) * view(axes.directions).transpose();
  return scores;
}

}  // namespace tsimcne
