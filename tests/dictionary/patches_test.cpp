#include "tsimcne/dictionary/patches.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

TEST(PatchGrid, HasEachPlaceOnceInTheCellItLiesIn) {
  for (const int side : {6, 7, 12, 32, 65}) {
    for (const int stride : {1, 2, 3}) {
      for (const int cells : {1, 2, 3, 4, 6}) {
        SCOPED_TRACE(fmt::format("side {}, stride {}, {} cells", side, stride, cells));
        const PatchGrid grid(side, 6, stride, cells);
        const int along = (side - 6) / stride + 1, parts = std::min(cells, along);
        ASSERT_EQ(std::ssize(grid.cells()), parts * parts + 1);
        ASSERT_EQ(std::ssize(grid.places()), along * along);
        std::map<std::pair<int, int>, int> cell_of;
        for (int c = 0; c < parts * parts; ++c) {
          for (int32_t i = grid.cells()[static_cast<size_t>(c)];
               i < grid.cells()[static_cast<size_t>(c + 1)]; ++i) {
            const auto [x, y] = grid.places()[static_cast<size_t>(i)];
            EXPECT_TRUE(cell_of.emplace(std::pair(x, y), c).second);
            EXPECT_EQ(c, y / stride * parts / along * parts + x / stride * parts / along);
            EXPECT_LE(std::max(x, y) + 6, side);
          }
        }
      }
    }
  }
}

TEST(PatchGrid, SaysThatAnImageIsSmallerThanAPatch) {
  EXPECT_THROW(PatchGrid(5, 6, 1, 1), Error);
}

TEST(ReadPatch, TakesItsPixels) {
  const int side = 9;
  std::vector<uint8_t> pixels(3 * side * side);
  std::iota(pixels.begin(), pixels.end(), uint8_t{0});
  std::vector<float> numbers(3 * 2 * 2);
  read_patch(pixels, side, {.x = 5, .y = 3}, 2, 1, numbers);
  const int first = 3 * (3 * side + 5), second = first + 3 * side;
  std::vector<float> wanted;
  for (const int start : {first, second}) {
    for (int i = 0; i < 6; ++i) wanted.push_back(static_cast<float>((start + i) % 256));
  }
  EXPECT_EQ(numbers, wanted);
}

/// As if the image had been made smaller before.
TEST(PatchGrid, OfGrainsIsThatOfASmallerImage) {
  for (const int side : {12, 13, 30, 64}) {
    const int grain = side / 6 > 2 ? 3 : 2;
    const PatchGrid grid(side, 4, 2, 3, grain), small(side / grain, 4, 2, 3);
    ASSERT_EQ(grid.places().size(), small.places().size());
    for (size_t i = 0; i < grid.places().size(); ++i) {
      EXPECT_EQ(grid.places()[i].x, grain * small.places()[i].x);
      EXPECT_EQ(grid.places()[i].y, grain * small.places()[i].y);
    }
    EXPECT_TRUE(std::ranges::equal(grid.cells(), small.cells()));
    EXPECT_EQ(grid.numbers(), small.numbers());
  }
  EXPECT_THROW(PatchGrid(11, 6, 1, 1, 2), Error);
}

TEST(ReadPatch, TakesTheMeansOfItsGrains) {
  const int side = 9, patch = 2, grain = 3;
  std::vector<uint8_t> pixels(3 * side * side);
  std::iota(pixels.begin(), pixels.end(), uint8_t{0});
  std::vector<float> numbers(3 * patch * patch);
  read_patch(pixels, side, {.x = 2, .y = 1}, patch, grain, numbers);
  for (int y = 0; y < patch; ++y) {
    for (int x = 0; x < patch; ++x) {
      for (int channel = 0; channel < 3; ++channel) {
        double sum = 0;
        for (int i = 0; i < grain * grain; ++i) {
          const int row = 1 + y * grain + i / grain, column = 2 + x * grain + i % grain;
          sum += pixels[static_cast<size_t>(3 * (row * side + column) + channel)];
        }
        EXPECT_FLOAT_EQ(numbers[static_cast<size_t>(3 * (y * patch + x) + channel)],
                        static_cast<float>(sum / (grain * grain)));
      }
    }
  }
}

/// Patches whose neighbours are alike, of large and of small contrast.
Matrix smooth_patches(int64_t n, int64_t d) {
  Matrix patches(n, d);
  for (int64_t i = 0; i < n; ++i) {
    Random random(1, Stream::dictionary, static_cast<uint32_t>(i));
    const double contrast = random.uniform(20, 100), level = random.uniform(60, 200);
    double value = 0;
    for (float& x : patches.row(i)) {
      value = 0.9 * value + random.uniform(-1, 1);
      x = static_cast<float>(level + contrast * value);
    }
  }
  return patches;
}

TEST(Whitening, MakesDirectionsWithoutCorrelation) {
  const int64_t n = 20000, d = 24;
  const Matrix patches = smooth_patches(n, d);
  const Matrix directions = Whitening::of(patches).directions(patches);
  std::vector<double> covariance(static_cast<size_t>(d * d));
  for (int64_t i = 0; i < n; ++i) {
    const auto row = directions.row(i);
    EXPECT_NEAR(std::inner_product(row.begin(), row.end(), row.begin(), 0.0), 1, 1e-5);
    for (size_t a = 0; a < row.size(); ++a) {
      for (size_t b = 0; b < row.size(); ++b) covariance[a * row.size() + b] += row[a] * row[b];
    }
  }
  // All but the mean of a patch: d - 1 directions of a variance of 1 / (d - 1) each.
  for (int64_t a = 0; a < d; ++a) {
    for (int64_t b = 0; b < d; ++b) {
      const double wanted = (a == b ? 1.0 : 0.0) - 1.0 / static_cast<double>(d);
      const double got = covariance[static_cast<size_t>(a * d + b)] / static_cast<double>(n);
      EXPECT_NEAR(got * static_cast<double>(d - 1), wanted, 0.05) << a << " " << b;
    }
  }
}

TEST(Whitening, DoesNotSeeBrightness) {
  const Matrix patches = smooth_patches(3000, 27);
  const Whitening whitening = Whitening::of(patches);
  Matrix brighter = patches;
  for (float& x : brighter.values) x += 30;
  const Matrix one = whitening.directions(patches), other = whitening.directions(brighter);
  for (size_t i = 0; i < one.values.size(); ++i) {
    ASSERT_NEAR(one.values[i], other.values[i], 1e-4);
  }
}

}  // namespace
}  // namespace tsimcne
