#pragma once

#include <Eigen/Core>
#include <functional>

namespace tsimcne {

/// A smooth convex function: its value, and its gradient at the same place.
using Objective = std::function<double(const Eigen::VectorXd& at, Eigen::VectorXd& gradient)>;

/// About how far and where to go for a gradient: its product with the inverse of a symmetric
/// positive matrix that is like the objective's second derivative.
using Curvature = std::function<Eigen::VectorXd(const Eigen::VectorXd& gradient)>;

struct Minimum {
  Eigen::VectorXd at;
  int rounds = 0;
  bool converged = false;  // whether the gradient is as small as was asked for
};

/// Minimises by L-BFGS with a history of ten steps (Nocedal, "Updating quasi-Newton matrices with
/// limited storage", 1980) until no component of the gradient is larger than `tolerance`.
Minimum minimise(const Objective& objective, const Curvature& curvature, Eigen::VectorXd start,
                 double tolerance, int most_rounds);

}  // namespace tsimcne
