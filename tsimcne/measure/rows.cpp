#include "tsimcne/measure/rows.hpp"

#include <algorithm>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {

namespace {

double length_of(std::span<const float> row) {
  double squares = 0;
  for (const float value : row) squares += double{value} * double{value};
  return std::sqrt(squares);
}

}  // namespace

Matrix take_rows(MatrixView matrix, std::span<const int64_t> rows) {
  Matrix taken(std::ssize(rows), matrix.cols);
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < taken.rows; ++i) {
    std::ranges::copy(matrix.row(rows[static_cast<size_t>(i)]), taken.row(i).begin());
  }
  return taken;
}

std::vector<int64_t> random_rows(int64_t rows, int64_t count, uint64_t seed) {
  Random random(seed, Stream::subset);
  std::vector<int64_t> chosen = random_order(rows, random);
  chosen.resize(static_cast<size_t>(std::min(rows, count)));
  std::ranges::sort(chosen);
  return chosen;
}

Matrix unit_rows(MatrixView matrix) {
  Matrix units(matrix.rows, matrix.cols);
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < matrix.rows; ++i) {
    const double length = length_of(matrix.row(i));
    const double scale = length > 0 ? 1 / length : 0;
    std::ranges::transform(matrix.row(i), units.row(i).begin(), [scale](float value) {
      return static_cast<float>(double{value} * scale);
    });
  }
  return units;
}

bool have_one_length(MatrixView matrix) {
  if (matrix.empty()) return false;
  const double first = length_of(matrix.row(0));
  for (int64_t i = 1; i < matrix.rows; ++i) {
    if (std::abs(length_of(matrix.row(i)) - first) > 1e-6 * first) return false;
  }
  return true;
}

void check_finite(MatrixView matrix, std::string_view name) {
  const auto all = matrix.all();
  const auto lost = std::ranges::find_if_not(all, [](float value) { return std::isfinite(value); });
  if (lost == all.end()) return;
  const int64_t at = lost - all.begin();
  fail(
      "{} hold {} in row {}, column {} (both from 0); expected finite numbers: leave that image "
      "out",
      name, *lost, at / matrix.cols, at % matrix.cols);
}

}  // namespace tsimcne
