#include "tsimcne/dictionary/codes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "tests/dictionary/plain_codes.hpp"

namespace tsimcne {
namespace {

/// A pixel that stands out of its patch, and nothing else.
Matrix single_numbers(int64_t d) {
  Matrix rows(d, d);
  for (int64_t i = 0; i < d; ++i) rows.row(i)[static_cast<size_t>(i)] = i % 2 == 0 ? 1 : -1;
  return rows;
}

std::vector<float> counts_of(const Matrix& atoms, const Matrix& patches,
                             std::span<const int32_t> cells) {
  const int64_t width = code_width(patches.cols);
  std::vector<uint8_t> bytes(static_cast<size_t>(patches.rows * width));
  for (int64_t p = 0; p < patches.rows; ++p) {
    write_patch(patches.row(p), std::span(bytes).subspan(static_cast<size_t>(p * width),
                                                         static_cast<size_t>(width)));
  }
  std::vector<float> counts((cells.size() - 1) * static_cast<size_t>(atoms.rows), -1);
  count_active(Atoms(atoms), bytes, cells, counts);
  return counts;
}

TEST(CountActive, IsThePlainOneInAllSizes) {
  const std::vector<int32_t> cells = {0, 4, 4, 12, 40};
  for (const int64_t numbers : {3, 12, 48, 75, 108, 192, 300}) {
    for (const int64_t atoms : {1, 7, 31, 32, 33, 64, 100, 515}) {
      SCOPED_TRACE(fmt::format("{} atoms of {} numbers", atoms, numbers));
      const Matrix dictionary = plain::random_directions(atoms, numbers, 1);
      const Matrix patches = plain::random_directions(cells.back(), numbers, 2);
      const std::vector<float> counts = counts_of(dictionary, patches, cells);
      EXPECT_EQ(counts, plain::count_active(dictionary, patches, cells));
    }
  }
}

TEST(CountActive, FindsAnAtomInItself) {
  const std::vector<int32_t> cells = {0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40};
  for (const int64_t numbers : {12, 108, 300}) {
    for (const Matrix& rows : {plain::random_directions(40, numbers, 3), single_numbers(numbers)}) {
      if (rows.rows < cells.back()) continue;
      const std::vector<float> counts = counts_of(rows, rows, cells);
      EXPECT_EQ(counts, plain::count_active(rows, rows, cells));
      for (int64_t i = 0; i < cells.back(); ++i) {
        EXPECT_GE(counts[static_cast<size_t>(i / 4 * rows.rows + i)], 1) << i;
      }
    }
  }
}

TEST(CountActive, FindsNothingInNothing) {
  const Matrix atoms = plain::random_directions(50, 108, 4);
  const std::vector<float> counts = counts_of(atoms, Matrix(8, 108), std::vector<int32_t>{0, 8});
  EXPECT_EQ(counts, std::vector<float>(50, 0));
}

/// Rounding to bytes moves few patches over the threshold.
TEST(CountActive, IsNearlyTheCosineAboveThreeTenths) {
  const Matrix atoms = plain::random_directions(500, 108, 5),
               patches = plain::random_directions(400, 108, 6);
  int64_t active = 0, different = 0;
  for (int64_t p = 0; p < patches.rows; ++p) {
    for (int64_t a = 0; a < atoms.rows; ++a) {
      const auto patch = patches.row(p), atom = atoms.row(a);
      const bool above = std::inner_product(patch.begin(), patch.end(), atom.begin(), 0.0F) > 0.3F;
      active += above;
      different += above != plain::is_active(patch, atom);
    }
  }
  EXPECT_GT(active, 1000);
  EXPECT_LT(different, active / 50);
}

}  // namespace
}  // namespace tsimcne
