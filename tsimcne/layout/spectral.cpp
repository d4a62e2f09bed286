#include "tsimcne/layout/spectral.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "tsimcne/layout/products.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

constexpr int64_t fewest_points = 32;
constexpr int block = 8;  // vectors that are iterated at once, of which two are wanted
constexpr int most_rounds = 12;
constexpr double amplified = 1e4;       // by a round, of the constant wave over what is damped
constexpr double most_damped = 0.9999;  // eigenvalue
constexpr int longest_filter = 200;     // products with the matrix in a round
constexpr double tolerance = 0.05;      // of a residual, in distances of the eigenvalue from 1
constexpr int64_t rows_at_once = 1024;  // of a sum

using Vectors = Eigen::Matrix<float, Eigen::Dynamic, block, Eigen::RowMajor>;
using Small = Eigen::Matrix<double, block, block>;

bool is_connected(const SparseRows& weights) {
  const int64_t n = weights.rows();
  std::vector<char> seen(static_cast<size_t>(n));
  std::vector<int32_t> reached{0};
  seen[0] = 1;
  for (size_t at = 0; at < reached.size(); ++at) {
    const auto columns = weights.columns_of(reached[at]);
    const auto values = weights.values_of(reached[at]);
    for (size_t k = 0; k < columns.size(); ++k) {
      char& known = seen[static_cast<size_t>(columns[k])];
      if (known || !(values[k] > 0)) continue;
      known = 1;
      reached.push_back(columns[k]);
    }
  }
  return std::ssize(reached) == n;
}

/// The normalised adjacency D^-1/2 W D^-1/2, whose eigenvalues are 1 less those of the Laplacian,
/// and its first eigenvector, of the eigenvalue 1.
struct Normalised {
  SparseRows rows;
  Eigen::VectorXf first;
};

Normalised normalised(const SparseRows& weights) {
  const int64_t n = weights.rows();
  Normalised result{weights, Eigen::VectorXf(n)};
  double all = 0;
  for (int64_t i = 0; i < n; ++i) {
    double degree = 0;
    for (const float weight : weights.values_of(i)) degree += double{weight};
    result.first[i] = static_cast<float>(std::sqrt(degree));
    all += degree;
  }
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t at = weights.starts[static_cast<size_t>(i)];
         at < weights.starts[static_cast<size_t>(i) + 1]; ++at) {
      result.rows.values[static_cast<size_t>(at)] /=
          result.first[i] * result.first[weights.columns[static_cast<size_t>(at)]];
    }
  }
  result.first /= static_cast<float>(std::sqrt(all));
  return result;
}

/// Puts times * S x + plus * x - less * out into out.
void multiply(const SparseRows& rows, const Vectors& x, float times, float plus, float less,
              Vectors& out) {
#pragma omp parallel for schedule(dynamic, 1024)
  for (int64_t i = 0; i < rows.rows(); ++i) {
    const auto columns = rows.columns_of(i);
    const auto values = rows.values_of(i);
    Eigen::Array<float, 1, block> sum = Eigen::Array<float, 1, block>::Zero();
    for (size_t k = 0; k < columns.size(); ++k) sum += values[k] * x.row(columns[k]).array();
    out.row(i) = times * sum + plus * x.row(i).array() - less * out.row(i).array();
  }
}

/// a' b in double precision, in parts whose order does not depend on the number of threads.
Small products_of(const Vectors& a, const Vectors& b) {
  const int64_t parts = (a.rows() + rows_at_once - 1) / rows_at_once;
  std::vector<Small> sums(static_cast<size_t>(parts), Small::Zero());
#pragma omp parallel for schedule(dynamic)
  for (int64_t part = 0; part < parts; ++part) {
    Small& sum = sums[static_cast<size_t>(part)];
    const int64_t end = std::min(a.rows(), (part + 1) * rows_at_once);
    for (int64_t i = part * rows_at_once; i < end; ++i) {
      sum += a.row(i).cast<double>().transpose() * b.row(i).cast<double>();
    }
  }
  Small all = Small::Zero();
  for (const Small& sum : sums) all += sum;
  return all;
}

/// Takes the part along a vector of length 1 out of all.
void remove(const Eigen::VectorXf& direction, Vectors& x) {
  Eigen::Matrix<double, 1, block> along = Eigen::Matrix<double, 1, block>::Zero();
  for (int64_t i = 0; i < x.rows(); ++i) along += double{direction[i]} * x.row(i).cast<double>();
  for (int64_t i = 0; i < x.rows(); ++i) x.row(i) -= direction[i] * along.cast<float>();
}

/// The degree at which Chebyshev's polynomial, in [-1, 1] up to `damped`, is `amplified` at 1.
int degree_of(double damped) {
  const double degree = std::acosh(amplified) / std::acosh((3 - damped) / (1 + damped));
  return static_cast<int>(std::clamp(degree, 2.0, double{longest_filter}));
}

/// Amplifies what has larger eigenvalues than `damped` by Chebyshev's polynomial. scratch: as x.
void filter(const SparseRows& rows, double damped, Vectors& x, Vectors& scratch) {
  const auto times = static_cast<float>(2 / (1 + damped));
  const auto plus = static_cast<float>((1 - damped) / (1 + damped));
  scratch = x;
  multiply(rows, scratch, times, plus, 0, x);
  for (int degree = degree_of(damped); degree > 1; --degree) {
    multiply(rows, x, 2 * times, 2 * plus, 1, scratch);
    x.swap(scratch);
  }
}

/// How vectors become eigenvectors, as near as their space has them, the largest value first.
struct Turn {
  Small to_eigenvectors;
  Eigen::Vector<double, block> values;
};

/// squares: x' x; within: x' S x.
Turn turn_of(const Small& squares, const Small& within) {
  Turn turn;
  in_one_thread([&] {
    const Eigen::GeneralizedSelfAdjointEigenSolver<Small> solver((within + within.transpose()) / 2,
                                                                 squares);
    turn = {solver.eigenvectors().rowwise().reverse(), solver.eigenvalues().reverse()};
  });
  return turn;
}

void rotate(const Small& turn, Vectors& x) {
  const Eigen::Matrix<float, block, block> by = turn.cast<float>();
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < x.rows(); ++i) {
    const Eigen::Matrix<float, 1, block> row = x.row(i);
    x.row(i).noalias() = row.lazyProduct(by);
  }
}

/// The larger of the residuals of the two wanted vectors, in tolerances of theirs. image: S x.
double residual(const Vectors& x, const Vectors& image,
                const Eigen::Vector<double, block>& values) {
  double worst = 0;
  for (int c = 0; c < 2; ++c) {
    const double off = (image.col(c) - static_cast<float>(values[c]) * x.col(c)).norm();
    worst = std::max(worst, off / (tolerance * std::max(1 - values[c], 1 - most_damped)));
  }
  return worst;
}

}  // namespace

std::optional<Matrix> spectral_places(const SparseRows& weights) {
  const int64_t n = weights.rows();
  if (n < fewest_points || !is_connected(weights)) return std::nullopt;
  const auto [rows, first] = normalised(weights);
  Random random(/*seed=*/0, Stream::layout, 0, 2);
  Vectors x = Vectors::NullaryExpr(
      n, block, [&](int64_t, int64_t) { return static_cast<float>(random.uniform(-1, 1)); });
  Vectors image = Vectors::Zero(n, block), scratch = image;
  double damped = 0;  // up to which eigenvalue
  for (int round = 0; round < most_rounds; ++round) {
    filter(rows, damped, x, scratch);
    remove(first, x);
    multiply(rows, x, 1, 0, 0, image);
    const Turn turn = turn_of(products_of(x, x), products_of(x, image));
    if (!turn.to_eigenvectors.allFinite()) return std::nullopt;
    rotate(turn.to_eigenvectors, x);
    rotate(turn.to_eigenvectors, image);
    if (residual(x, image, turn.values) < 1) break;
    damped = std::clamp(turn.values[block - 1], damped, most_damped);
  }
  Matrix places(n, 2);
  for (int64_t i = 0; i < n; ++i) {
    for (int c = 0; c < 2; ++c) places.row(i)[static_cast<size_t>(c)] = x(i, c);
  }
  return places;
}

}  // namespace tsimcne
