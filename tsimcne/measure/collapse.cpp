#include "tsimcne/measure/collapse.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace tsimcne {
namespace {

constexpr double hair = 0.1;         // of the kernel's scale
constexpr double line_width = 0.02;  // of the line's length

/// Standard deviations along the principal axes, the widest first.
Eigen::VectorXd spreads_of(MatrixView points) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd x =
      Eigen::Map<const Rows>(points.values, points.rows, points.cols).cast<double>();
  const Eigen::MatrixXd centred = x.rowwise() - x.colwise().mean();
  const Eigen::MatrixXd covariance =
      centred.transpose() * centred / static_cast<double>(points.rows);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance, Eigen::EigenvaluesOnly);
  return solver.eigenvalues().cwiseMax(0).cwiseSqrt().reverse();
}

}  // namespace

std::string collapse_of(MatrixView points, double scale) {
  if (points.rows < 3 || points.cols < 2) return "";
  if (!std::ranges::all_of(points.all(), [](float value) { return std::isfinite(value); })) {
    return "the map has points that are not finite numbers";
  }
  const Eigen::VectorXd spreads = spreads_of(points);
  if (spreads[0] <= hair * scale) {
    return fmt::format(
        "all points of the map are at one place, with a standard deviation of {:.2g}", spreads[0]);
  }
  if (spreads[1] <= line_width * spreads[0]) {
    return fmt::format("all points of the map are on a line, whose width is {:.2g} of its length",
                       spreads[1] / spreads[0]);
  }
  return "";
}

}  // namespace tsimcne
