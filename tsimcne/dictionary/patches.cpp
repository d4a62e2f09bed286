#include "tsimcne/dictionary/patches.hpp"

#include <Eigen/Dense>
#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/layout/products.hpp"

namespace tsimcne {
namespace {

constexpr double least_variance = 1e-3 * 255 * 255;
constexpr float least_length = 1e-8F;

}  // namespace

PatchGrid::PatchGrid(int side, int patch, int stride, int cells, int grain)
    : side_(side), patch_(patch), grain_(grain) {
  if (side / grain < patch) {
    fail("images of {0} x {0} pixels have no patches of {1} x {1}", side, patch * grain);
  }
  const int along = (side / grain - patch) / stride + 1;
  cells = std::min(cells, along);
  const auto first_of = [&](int cell) { return (cell * along + cells - 1) / cells; };
  cells_.push_back(0);
  for (int row = 0; row < cells; ++row) {
    for (int column = 0; column < cells; ++column) {
      for (int y = first_of(row); y < first_of(row + 1); ++y) {
        for (int x = first_of(column); x < first_of(column + 1); ++x) {
          places_.push_back({x * stride * grain, y * stride * grain});
        }
      }
      cells_.push_back(static_cast<int32_t>(places_.size()));
    }
  }
}

void read_patch(std::span<const uint8_t> pixels, int side, PatchGrid::Place at, int patch,
                int grain, std::span<float> numbers) {
  const int64_t row_length = int64_t{3} * patch;
  std::ranges::fill(numbers, 0.0F);
  for (int y = 0; y < patch * grain; ++y) {
    const uint8_t* pixel = pixels.data() + 3 * (int64_t{at.y + y} * side + at.x);
    float* const row = numbers.data() + y / grain * row_length;
    for (int x = 0; x < patch; ++x) {
      for (int i = 0; i < grain; ++i, pixel += 3) {
        for (int channel = 0; channel < 3; ++channel) row[3 * x + channel] += pixel[channel];
      }
    }
  }
  const auto pixels_of_grain = static_cast<float>(grain * grain);
  for (float& number : numbers) number /= pixels_of_grain;
}

Matrix random_patches(const ImageSet& images, int patch, int grain, int64_t count, Random& random) {
  Matrix patches(count, int64_t{3} * patch * patch);
  const auto places = static_cast<uint32_t>(images.side() - patch * grain + 1);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t image = random.below(static_cast<uint32_t>(images.size()));
    const int x = static_cast<int>(random.below(places)),
              y = static_cast<int>(random.below(places));
    read_patch(images.pixels(image), images.side(), {x, y}, patch, grain, patches.row(i));
  }
  return patches;
}

Whitening Whitening::of(const Matrix& patches) {
  const int64_t d = patches.cols;
  const Eigen::MatrixXd own_mean = Eigen::MatrixXd::Identity(d, d) -
                                   Eigen::MatrixXd::Constant(d, d, 1.0 / static_cast<double>(d));
  const Eigen::MatrixXd level = rows_in(patches).cast<double>() * own_mean;
  const Eigen::RowVectorXd mean = level.colwise().mean();
  const Eigen::MatrixXd centred = level.rowwise() - mean;
  const Eigen::MatrixXd covariance =
      centred.transpose() * centred / static_cast<double>(patches.rows);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  if (solver.info() != Eigen::Success) fail("the covariance of the patches has no eigenvectors");
  const Eigen::VectorXd scale = (solver.eigenvalues().array() + least_variance).rsqrt();
  const Eigen::MatrixXd whitening =
      solver.eigenvectors() * scale.asDiagonal() * solver.eigenvectors().transpose();
  Whitening result{Matrix(d, d), Matrix(1, d)};
  rows_in(result.matrix) = (own_mean * whitening).cast<float>();
  rows_in(result.offset) = (-mean * whitening).cast<float>();
  return result;
}

Matrix Whitening::directions(const Matrix& patches) const {
  Matrix result(patches.rows, patches.cols);
  auto rows = rows_in(result);
  rows.noalias() = rows_in(patches) * rows_in(matrix);
  rows.rowwise() += rows_in(offset).row(0);
  for (auto row : rows.rowwise()) row /= std::max(row.norm(), least_length);
  return result;
}

}  // namespace tsimcne
