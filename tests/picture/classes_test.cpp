#include "tsimcne/picture/classes.hpp"

#include <gtest/gtest.h>

namespace tsimcne {
namespace {

const Catalog animals{.paths = {},
                      .labels = {0, 2, 2, -1, 4},
                      .splits = {},
                      .label_names = {"cat", "none", "dog", "unused", "horse"}};

TEST(FindClasses, CountsThoseThatHavePoints) {
  const Classes classes = find_classes(animals, {});
  EXPECT_EQ(classes.labels, (std::vector<int64_t>{0, 2, 4}));
  EXPECT_EQ(classes.counts, (std::vector<int64_t>{1, 0, 2, 0, 1}));
  EXPECT_EQ(classes.grey, 1);
  EXPECT_FALSE(classes.highlighted);
  EXPECT_TRUE(classes.shows(2));
  EXPECT_FALSE(classes.shows(1));
  EXPECT_FALSE(classes.shows(-1));
}

TEST(FindClasses, ShowsHighlightedOnesAloneInTheirOwnColours) {
  const std::vector<std::string> chosen{"dog", "cat", "dog"};
  const Classes all = find_classes(animals, {}), classes = find_classes(animals, chosen);
  EXPECT_EQ(classes.labels, (std::vector<int64_t>{0, 2}));
  EXPECT_EQ(classes.grey, 2);
  EXPECT_TRUE(classes.highlighted);
  EXPECT_EQ(classes.colour_of(2).red, all.colour_of(2).red);
  EXPECT_EQ(classes.colour_of(4).red, unlabelled_grey.red);
}

}  // namespace
}  // namespace tsimcne
