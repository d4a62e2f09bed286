#include "tsimcne/picture/names.hpp"

#include <gtest/gtest.h>

namespace tsimcne {
namespace {

TEST(PlaceNames, KeepsThemApartAndOnThePage) {
  const Box bounds{10, 10, 200, 100};
  const std::vector<NameTag> tags(8, {40, 10, 12, 60});  // all at one place by the left edge
  const auto boxes = place_names(tags, bounds, 60);
  ASSERT_TRUE(boxes.front());
  EXPECT_EQ(boxes.front()->left, 10);
  EXPECT_EQ(boxes.front()->top, 55);
  for (size_t i = 0; i < boxes.size(); ++i) {
    ASSERT_TRUE(boxes[i]) << i;
    EXPECT_GE(boxes[i]->left, bounds.left);
    EXPECT_GE(boxes[i]->top, bounds.top);
    EXPECT_LE(boxes[i]->right(), bounds.right());
    EXPECT_LE(boxes[i]->bottom(), bounds.bottom());
    for (size_t j = 0; j < i; ++j) {
      EXPECT_TRUE(boxes[i]->left >= boxes[j]->right() || boxes[j]->left >= boxes[i]->right() ||
                  boxes[i]->top >= boxes[j]->bottom() || boxes[j]->top >= boxes[i]->bottom());
    }
  }
}

TEST(PlaceNames, LeavesOutWhatHasNoRoom) {
  const std::vector<NameTag> tags(3, {40, 10, 20, 5});
  const auto boxes = place_names(tags, {0, 0, 50, 15}, 20);
  EXPECT_TRUE(boxes[0]);
  EXPECT_FALSE(boxes[1]);
  EXPECT_FALSE(boxes[2]);
}

}  // namespace
}  // namespace tsimcne
