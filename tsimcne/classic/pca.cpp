#include "tsimcne/classic/pca.hpp"

#include <Eigen/Dense>
#include <algorithm>

namespace tsimcne {
namespace {

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Rows> view(const Matrix& matrix) {
  return {matrix.values.data(), matrix.rows, matrix.cols};
}

Eigen::Map<Rows> view(Matrix& matrix) { return {matrix.values.data(), matrix.rows, matrix.cols}; }

}  // namespace

PrincipalAxes principal_axes(const Matrix& data, int64_t components) {
  const Eigen::RowVectorXd mean = view(data).cast<double>().colwise().mean();
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(data.cols, data.cols);
  constexpr int64_t kRowsAtOnce = 4096;  // a block in double precision stays small
  for (int64_t i = 0; i < data.rows; i += kRowsAtOnce) {
    const int64_t count = std::min(kRowsAtOnce, data.rows - i);
    const Eigen::MatrixXd block =
        view(data).middleRows(i, count).cast<double>().rowwise() - mean;
    covariance += block.transpose() * block;
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  PrincipalAxes axes{Matrix(1, data.cols), Matrix(components, data.cols)};
  view(axes.mean) = mean.cast<float>();
  for (int64_t c = 0; c < std::min(components, data.cols); ++c) {
    Eigen::VectorXd direction = solver.eigenvectors().col(data.cols - 1 - c);
    Eigen::Index largest = 0;
    direction.cwiseAbs().maxCoeff(&largest);
    if (direction[largest] < 0) direction = -direction;
    view(axes.directions).row(c) = direction.transpose().cast<float>();
  }
  return axes;
}

Matrix project(const PrincipalAxes& axes, const Matrix& data) {
  Matrix result(data.rows, axes.directions.rows);
  view(result) = (view(data).rowwise() - view(axes.mean).row(0)) * view(axes.directions).transpose();
  return result;
}

}  // namespace tsimcne
