#include "tsimcne/layout/procrustes.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tsimcne {
namespace {

TEST(Procrustes, UndoesATurnAMirrorAndAShift) {
  Matrix before(5, 2), after(5, 2);
  before.values = {3, 0, -1, 2, 0, -4, -2, 1, 0, 1};  // about 0
  for (int64_t i = 0; i < before.rows; ++i) {
    const float x = before.row(i)[0], y = before.row(i)[1];
    after.row(i)[0] = 0.6f * x + 0.8f * y + 7;  // a reflection
    after.row(i)[1] = 0.8f * x - 0.6f * y - 3;
  }
  const Matrix turned = turned_like(before, after);
  for (size_t i = 0; i < turned.values.size(); ++i) {
    EXPECT_NEAR(turned.values[i], before.values[i], 1e-5) << i;
  }
}

TEST(Procrustes, LeavesPointsOfNoExtentFinite) {
  const Matrix turned = turned_like(Matrix(3, 2), Matrix(3, 2));
  for (const float value : turned.values) EXPECT_TRUE(std::isfinite(value));
}

}  // namespace
}  // namespace tsimcne
