#include "tsimcne/picture/palette.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tsimcne {
namespace {

TEST(ClassColours, DifferAndAreOnTheScreen) {
  for (const int64_t classes : {1, 10, 11, 20, 21, 100}) {
    const auto colours = class_colours(classes);
    ASSERT_EQ(std::ssize(colours), classes);
    for (size_t i = 0; i < colours.size(); ++i) {
      for (const double value : {colours[i].red, colours[i].green, colours[i].blue}) {
        EXPECT_GE(value, 0);
        EXPECT_LE(value, 1);
      }
      for (size_t j = 0; j < i; ++j) {
        const double distance =
            std::hypot(colours[i].red - colours[j].red, colours[i].green - colours[j].green,
                       colours[i].blue - colours[j].blue);
        EXPECT_GT(distance, classes > 20 ? 0.005 : 0.15) << classes << ": " << i << ", " << j;
      }
    }
  }
}

TEST(TextColour, IsDarkWhateverTheColour) {
  for (const Colour& colour : class_colours(100)) {
    const Colour text = text_colour(colour);
    EXPECT_LT(0.2126 * text.red + 0.7152 * text.green + 0.0722 * text.blue, 0.45);
  }
}

}  // namespace
}  // namespace tsimcne
