#include "tsimcne/measure/rows.hpp"

#include <algorithm>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {

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
    double squares = 0;
    for (const float value : matrix.row(i)) squares += double{value} * double{value};
    const double scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
    std::ranges::transform(matrix.row(i), units.row(i).begin(), [scale](float value) {
      return static_cast<float>(double{value} * scale);
    });
  }
  return units;
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
