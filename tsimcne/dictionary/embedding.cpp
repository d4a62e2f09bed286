#include "tsimcne/dictionary/embedding.hpp"

#include <Eigen/Dense>
#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/layout/directions.hpp"
#include "tsimcne/layout/products.hpp"

namespace tsimcne {
namespace {

constexpr double ridge = 3e-3;           // of the codes' mean variance
constexpr int64_t columns_at_once = 64;  // of a matrix, to a thread

/// The share of patches in which two atoms are active together: [atoms, atoms], whose lower half is
/// filled.
Eigen::MatrixXd shared_activity(const ActiveAtoms& codes, int64_t atoms) {
  Eigen::MatrixXd together = Eigen::MatrixXd::Zero(atoms, atoms);
  const int64_t patches = codes.patches();
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < atoms; first += columns_at_once) {
    for (int64_t p = 0; p < patches; ++p) {
      const std::span<const int32_t> active = codes.of_patch(p);
      for (auto i = std::ranges::lower_bound(active, first);
           i != active.end() && *i < first + columns_at_once; ++i) {
        for (auto j = i; j != active.end(); ++j) together(*j, *i) += 1;
      }
    }
  }
  return together / static_cast<double>(patches);
}

Eigen::VectorXd activity(const ActiveAtoms& codes, int64_t atoms) {
  Eigen::VectorXd count = Eigen::VectorXd::Zero(atoms);
  for (const int32_t atom : codes.atoms) count(atom) += 1;
  return count / static_cast<double>(codes.patches());
}

/// L of L L' = A, the covariance of codes.
Eigen::MatrixXd root_of_covariance(const ActiveAtoms& codes, const Eigen::VectorXd& mean) {
  Eigen::MatrixXd covariance = shared_activity(codes, mean.size());
  in_one_thread([&] {
    covariance.noalias() -= mean * mean.transpose();
    covariance.diagonal().array() += ridge * covariance.diagonal().mean();
    Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> in_place(covariance);
    if (in_place.info() != Eigen::Success) covariance.resize(0, 0);
  });
  if (covariance.size() == 0) fail("the patches of the images are all alike");
  return covariance;
}

/// L^-1 x, or L'^-1 x.
enum class Side { lower, upper };
Rows solve(const Eigen::MatrixXd& root, Side side, const Rows& x) {
  Rows result(x.rows(), x.cols());
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < x.cols(); first += columns_at_once) {
    const int64_t count = std::min<int64_t>(columns_at_once, x.cols() - first);
    Eigen::MatrixXd columns = x.middleCols(first, count).cast<double>();
    const auto lower = root.triangularView<Eigen::Lower>();
    if (side == Side::lower) {
      lower.solveInPlace(columns);
    } else {
      lower.transpose().solveInPlace(columns);
    }
    result.middleCols(first, count) = columns.cast<float>();
  }
  return result;
}

}  // namespace

CodeEmbedding learn_embedding(const ActiveAtoms& codes, const Matrix& means, int64_t directions,
                              int64_t left_out) {
  const int64_t atoms = means.cols;
  const Eigen::VectorXd mean = activity(codes, atoms);
  const Eigen::MatrixXd root = root_of_covariance(codes, mean);
  const Rows centred = rows_in(means).rowwise() - rows_in(means).colwise().mean();
  const auto between = [&](const Rows& x) {  // L^-1 B L'^-1 x
    const Rows along = product(centred, solve(root, Side::upper, x));
    return solve(root, Side::lower, product_of_transposed(centred, along));
  };
  const Rows leading = leading_directions(between, atoms, directions + left_out);
  const int64_t kept = std::max<int64_t>(1, leading.cols() - left_out);
  CodeEmbedding result{Matrix(atoms, kept), Matrix(1, kept)};
  rows_in(result.matrix) = solve(root, Side::upper, leading.rightCols(kept));
  const Eigen::RowVectorXf row = mean.transpose().cast<float>();
  rows_in(result.offset) = row * rows_in(result.matrix);
  return result;
}

}  // namespace tsimcne
