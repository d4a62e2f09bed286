#include "tsimcne/layout/directions.hpp"

#include <Eigen/Dense>
#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

constexpr int64_t spare = 32;  // dimensions more than are wanted
constexpr int rounds = 4;

Rows random_vectors(int64_t n, int64_t count) {
  Random random(/*seed=*/0, Stream::dictionary);
  return Rows::NullaryExpr(n, count, [&] { return static_cast<float>(random.uniform(-1, 1)); });
}

/// Orthonormal vectors of the same space.
Rows orthonormal(const Rows& vectors) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(vectors.cast<double>());
  const Eigen::MatrixXd columns =
      qr.householderQ() * Eigen::MatrixXd::Identity(vectors.rows(), vectors.cols());
  return columns.cast<float>();
}

/// The rotation of a basis to the eigenvectors within it, the largest eigenvalue first.
Rows rotation(const Rows& basis, const Rows& image, int64_t count) {
  const Eigen::MatrixXd within = product_of_transposed(basis, image).cast<double>();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver((within + within.transpose()) / 2);
  if (solver.info() != Eigen::Success) fail("the directions of the images did not converge");
  return solver.eigenvectors().rightCols(count).rowwise().reverse().cast<float>();
}

}  // namespace

Rows leading_directions(const std::function<Rows(const Rows&)>& times, int64_t n, int64_t count) {
  count = std::min(count, n);
  Rows basis, image, rotated;
  in_one_thread([&] { basis = orthonormal(random_vectors(n, std::min(n, count + spare))); });
  for (int round = 1; round < rounds; ++round) {
    image = times(basis);
    in_one_thread([&] { basis = orthonormal(image); });
  }
  image = times(basis);
  in_one_thread([&] { rotated = rotation(basis, image, count); });
  return product(basis, rotated);
}

}  // namespace tsimcne
