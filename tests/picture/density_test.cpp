#include "tsimcne/picture/density.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "tsimcne/picture/contours.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

/// A number of a standard normal distribution.
double normal(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.uniform())) *
         std::cos(2 * std::numbers::pi * random.uniform());
}

/// `count` places around each of some middles.
std::vector<Place> clouds_around(const std::vector<Place>& middles, int count, double deviation) {
  Random random(3, Stream::subset);
  std::vector<Place> places;
  for (const Place& middle : middles) {
    for (int i = 0; i < count; ++i) {
      places.push_back(
          {middle.x + deviation * normal(random), middle.y + deviation * normal(random), 0});
    }
  }
  return places;
}

double area_of(const std::vector<Place>& loop) {
  double area = 0;
  for (size_t i = 0; i < loop.size(); ++i) {
    const Place &a = loop[i], &b = loop[(i + 1) % loop.size()];
    area += (a.x * b.y - b.x * a.y) / 2;
  }
  return area;
}

TEST(Density, HoldsAllPlaces) {
  for (const int count : {1, 40, 5000}) {
    const auto places = clouds_around({{3, 4, 0}, {-100, 20, 0}}, count, 5);
    const Grid grid = grid_over(places);
    const std::vector<double> density = density_of(grid, places);
    const double sum = std::accumulate(density.begin(), density.end(), 0.0);
    EXPECT_NEAR(sum * grid.cell * grid.cell, 2 * count, 1e-6 * count);
  }
}

TEST(Density, IsWhatItsFormulaSays) {
  const std::vector<Place> places{{0, 0, 0}, {1, 0, 0}, {0.3, 2, 0}};
  const Grid grid = grid_over(places);
  const std::vector<double> density = density_of(grid, places);
  const double most = std::ranges::max(density);
  for (size_t cell = 0; cell < density.size(); ++cell) {
    const Place at = grid.middle_of(cell);
    double expected = 0;
    for (const Place& place : places) {
      const Place middle = grid.middle_of(grid.cell_of(place));
      const double apart = std::hypot(at.x - middle.x, at.y - middle.y) / grid.bandwidth;
      expected +=
          std::exp(-0.5 * apart * apart) / (2 * std::numbers::pi * grid.bandwidth * grid.bandwidth);
    }
    EXPECT_NEAR(density[cell], expected, 0.02 * most) << cell;
  }
}

TEST(Density, IsZeroAtTheGridsEdges) {
  const auto places = clouds_around({{0, 0, 0}}, 300, 2);
  const Grid grid = grid_over(places);
  const std::vector<double> density = density_of(grid, places);
  for (size_t cell = 0; cell < density.size(); ++cell) {
    const auto across = static_cast<size_t>(grid.columns), row = cell / across;
    const bool at_edge = row == 0 || row + 1 == static_cast<size_t>(grid.rows) ||
                         cell % across == 0 || cell % across + 1 == across;
    EXPECT_TRUE(!at_edge || density[cell] == 0) << cell;
  }
}

TEST(Density, LeavesAMapInEveryRoom) {
  for (const double flat : {1.0, 0.0}) {
    std::vector<Place> places = clouds_around({{0, 0, 0}, {50, 0, 0}}, 30, 5);
    for (Place& place : places) place.y *= flat;
    for (const Box& room : {Box{0, 0, 1416, 103}, {0, 0, 120, 6}, {0, 0, 103, 1416}}) {
      const double inset = density_inset(grid_over(places), room);
      EXPECT_GT(inset, 0);
      EXPECT_LT(2 * inset, 0.7 * std::min(room.width, room.height));
    }
  }
}

TEST(FindPeaks, FindsTheMiddlesOfClouds) {
  const std::vector<Place> middles{{0, 0, 0}, {30, 0, 0}, {10, 25, 0}, {40, 30, 0}};
  for (const int count : {60, 3000}) {
    const auto places = clouds_around(middles, count, 2.5);
    const Grid grid = grid_over(places);
    const std::vector<Peak> peaks = find_peaks(grid, density_of(grid, places));
    ASSERT_EQ(peaks.size(), middles.size()) << count;
    for (const Place& middle : middles) {
      EXPECT_TRUE(std::ranges::any_of(peaks, [&](const Peak& peak) {
        const Place at = grid.middle_of(peak.cell);
        return std::hypot(at.x - middle.x, at.y - middle.y) < 2.5;
      })) << middle.x;
    }
    EXPECT_GE(peaks[0].prominence, peaks[1].prominence);
  }
}

TEST(FindPeaks, SeesNoHillsInNoise) {
  Random random(4, Stream::subset);
  std::vector<Place> places;
  for (int i = 0; i < 20000; ++i) places.push_back({random.uniform(), random.uniform(), 0});
  const Grid grid = grid_over(places);
  EXPECT_LE(find_peaks(grid, density_of(grid, places)).size(), 4u);
  const std::vector<Place> one{{5, 5, 0}};
  const Grid small = grid_over(one);
  EXPECT_EQ(find_peaks(small, density_of(small, one)).size(), 1u);
}

TEST(FindPeaks, KnowsHowFarDownTheWayToAHigherPeakGoes) {
  Grid grid{.columns = 7, .rows = 1, .bandwidth = 1e6};  // so wide that nothing is noise
  const std::vector<double> density{0, 8, 3, 5, 1, 6, 0};
  const std::vector<Peak> peaks = find_peaks(grid, density);
  ASSERT_EQ(peaks.size(), 3u);
  EXPECT_EQ(peaks[0].cell, 1u);
  EXPECT_EQ(peaks[0].prominence, 8);
  EXPECT_EQ(peaks[1].cell, 5u);
  EXPECT_EQ(peaks[1].prominence, 5);
  EXPECT_EQ(peaks[2].cell, 3u);
  EXPECT_EQ(peaks[2].prominence, 2);
}

TEST(Contours, SurroundWhatIsHigh) {
  const Grid grid{.cell = 0.1, .columns = 61, .rows = 61};
  std::vector<double> values;
  for (size_t cell = 0; cell < 61 * 61; ++cell) {
    const Place at = grid.middle_of(cell);
    values.push_back(-std::hypot(at.x - 3, at.y - 3));
  }
  const auto loops = contours(grid, values, -2);  // a circle of radius 2
  ASSERT_EQ(loops.size(), 1u);
  EXPECT_NEAR(area_of(loops[0]), std::numbers::pi * 4, 0.02);
  for (const Place& place : loops[0]) {
    EXPECT_NEAR(std::hypot(place.x - 3, place.y - 3), 2, 0.01);
  }
}

TEST(Contours, GoAroundHolesTheOtherWay) {
  const Grid grid{.cell = 0.1, .columns = 61, .rows = 61};
  std::vector<double> values;
  for (size_t cell = 0; cell < 61 * 61; ++cell) {
    const Place at = grid.middle_of(cell);
    values.push_back(-std::abs(std::hypot(at.x - 3, at.y - 3) - 2));
  }
  const auto loops = contours(grid, values, -0.5);  // a ring from 1.5 to 2.5
  ASSERT_EQ(loops.size(), 2u);
  const double first = area_of(loops[0]), second = area_of(loops[1]);
  EXPECT_NEAR(std::max(first, second), std::numbers::pi * 6.25, 0.03);
  EXPECT_NEAR(std::min(first, second), -std::numbers::pi * 2.25, 0.03);
}

TEST(Contours, AreClosedWhateverTheValues) {
  Random random(5, Stream::subset);
  const Grid grid{.columns = 40, .rows = 30};
  std::vector<double> values(40 * 30);
  size_t high = 0;
  for (size_t cell = 0; cell < values.size(); ++cell) {
    const size_t row = cell / 40, column = cell % 40;
    if (row == 0 || row == 29 || column == 0 || column == 39) continue;
    values[cell] = random.uniform();
    high += values[cell] >= 0.5;
  }
  double area = 0;
  for (const auto& loop : contours(grid, values, 0.5)) {
    EXPECT_GE(loop.size(), 4u);
    for (size_t i = 0; i < loop.size(); ++i) {
      const Place &a = loop[i], &b = loop[(i + 1) % loop.size()];
      EXPECT_LT(std::hypot(a.x - b.x, a.y - b.y), 1.5);
    }
    area += area_of(loop);
  }
  EXPECT_NEAR(area, static_cast<double>(high), 0.25 * static_cast<double>(high));
}

}  // namespace
}  // namespace tsimcne
