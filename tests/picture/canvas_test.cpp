#include "tsimcne/picture/canvas.hpp"

#include <gtest/gtest.h>

#include <numbers>

namespace tsimcne {
namespace {

TEST(Canvas, DiscsHaveTheirArea) {
  for (const double radius : {0.4, 1.0, 3.7, 12.0}) {
    Canvas canvas(40, 40);
    canvas.draw(Disc(radius), 20.3, 19.6, {0, 0, 0}, 1);
    double area = 0;
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 40; ++x) area += 1 - canvas.pixel(x, y)[0] / 255.0;
    }
    EXPECT_NEAR(area, std::numbers::pi * radius * radius, 0.03 + 0.02 * radius * radius);
  }
}

TEST(Canvas, DiscsMayReachOverTheEdges) {
  Canvas canvas(10, 10);
  const Disc disc(4);
  for (const double x : {-50.0, -3.9, 0.0, 9.99, 12.0, 60.0}) {
    for (const double y : {-50.0, -3.9, 0.0, 9.99, 12.0, 60.0}) canvas.draw(disc, x, y, {}, 0.5);
  }
  EXPECT_LT(canvas.pixel(0, 0)[0], 200);
  EXPECT_EQ(canvas.pixel(5, 5)[0], 255);
}

TEST(Canvas, OpacityMixes) {
  Canvas canvas(9, 9);
  canvas.draw(Disc(3), 4.5, 4.5, {1, 0, 0}, 0.5);
  EXPECT_EQ(canvas.pixel(4, 4), (std::array<uint8_t, 3>{255, 128, 128}));
}

}  // namespace
}  // namespace tsimcne
