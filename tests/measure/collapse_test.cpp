#include "tsimcne/measure/collapse.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <numbers>

#include "tsimcne/map/map.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

/// 900 points from a Gaussian of these standard deviations, turned by 30 degrees, far from 0.
Matrix gaussian(double along, double across) {
  Matrix points(900, 2);
  Random random(1, Stream::subset);
  for (int64_t i = 0; i < points.rows; ++i) {
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    const double angle = 2 * std::numbers::pi * random.uniform();
    const double x = along * radius * std::cos(angle), y = across * radius * std::sin(angle);
    points.row(i)[0] = static_cast<float>(20 + x * std::sqrt(0.75) - y / 2);
    points.row(i)[1] = static_cast<float>(-70 + x / 2 + y * std::sqrt(0.75));
  }
  return points;
}

TEST(Collapse, GoodMapsHaveNone) {
  EXPECT_EQ(collapse_of(gaussian(20, 20)), "");
  EXPECT_EQ(collapse_of(gaussian(0.2, 0.15)), "");
  EXPECT_EQ(collapse_of(gaussian(100, 3)), "");
  Matrix blobs = gaussian(1, 1);  // three, in two far corners and a near one
  for (int64_t i = 0; i < blobs.rows; ++i) blobs.row(i)[0] += static_cast<float>(i % 3 * 40);
  EXPECT_EQ(collapse_of(blobs), "");
  EXPECT_EQ(
      collapse_of(read_map_npz(std::filesystem::path(TEST_DATA) / "published_cifar10.npz").points),
      "");
}

TEST(Collapse, PointsWithinAHairAreOne) {
  EXPECT_NE(collapse_of(gaussian(0.09, 0.09)).find("at one place"), std::string::npos);
  EXPECT_NE(collapse_of(gaussian(0, 0)).find("at one place"), std::string::npos);
  EXPECT_NE(collapse_of(Matrix(5, 3)).find("at one place"), std::string::npos);
}

TEST(Collapse, PointsOnALineAreOne) {
  EXPECT_NE(collapse_of(gaussian(10, 0.15)).find("on a line"), std::string::npos);
  EXPECT_NE(collapse_of(gaussian(10, 0)).find("on a line"), std::string::npos);
  Matrix deep(300, 3);
  for (int64_t i = 0; i < deep.rows; ++i) {
    for (float& value : deep.row(i)) value = static_cast<float>(i);
  }
  EXPECT_NE(collapse_of(deep).find("on a line"), std::string::npos);
}

TEST(Collapse, ValuesThatAreNotFiniteAreOne) {
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    Matrix points = gaussian(20, 20);
    points.row(899)[1] = value;
    EXPECT_NE(collapse_of(points).find("not finite"), std::string::npos);
  }
}

TEST(Collapse, WithoutAScaleOnlyTheSamePointsAreAtOnePlace) {
  EXPECT_EQ(collapse_of(gaussian(0.01, 0.01), 0), "");
  EXPECT_NE(collapse_of(Matrix(5, 2), 0).find("at one place"), std::string::npos);
}

TEST(Collapse, TwoPointsOrOneAxisAreNone) {
  EXPECT_EQ(collapse_of(Matrix(2, 2)), "");
  EXPECT_EQ(collapse_of(Matrix(50, 1)), "");
  EXPECT_EQ(collapse_of(Matrix()), "");
}

}  // namespace
}  // namespace tsimcne
