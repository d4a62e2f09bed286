#include "tsimcne/layout/procrustes.hpp"

#include <Eigen/SVD>

namespace tsimcne {

Matrix turned_like(MatrixView others, MatrixView points) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Rows> goal(others.row(0).data(), others.rows, others.cols);
  const Eigen::Map<const Rows> given(points.row(0).data(), points.rows, points.cols);
  const Eigen::MatrixXf centred = given.rowwise() - given.colwise().mean();
  const Eigen::MatrixXf together = centred.transpose() * (goal.rowwise() - goal.colwise().mean());
  const Eigen::JacobiSVD<Eigen::MatrixXf> svd(together, Eigen::ComputeThinU | Eigen::ComputeThinV);
  Matrix turned(points.rows, points.cols);
  Eigen::Map<Rows>(turned.values.data(), points.rows, points.cols) =
      centred * (svd.matrixU() * svd.matrixV().transpose());
  return turned;
}

}  // namespace tsimcne
