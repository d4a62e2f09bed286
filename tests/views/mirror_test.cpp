#include "tsimcne/views/mirror.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tsimcne {
namespace {

using Values = std::vector<float>;

TEST(Mirror, SidewaysReversesEveryRow) {
  Values values{1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60, 11, 12, 13, 14, 15, 16};
  mirror_sideways({values.data(), 2, 3});
  EXPECT_EQ(values, (Values{3, 2, 1, 6, 5, 4, 30, 20, 10, 60, 50, 40, 13, 12, 11, 16, 15, 14}));
}

TEST(Mirror, UpsideDownReversesTheRowsOfEveryPlane) {
  Values values{1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60, 11, 12, 13, 14, 15, 16};
  mirror_upside_down({values.data(), 3, 2});
  EXPECT_EQ(values, (Values{5, 6, 3, 4, 1, 2, 50, 60, 30, 40, 10, 20, 15, 16, 13, 14, 11, 12}));
}

}  // namespace
}  // namespace tsimcne
