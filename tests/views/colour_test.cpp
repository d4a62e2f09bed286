#include "tsimcne/views/colour.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tsimcne {
namespace {

using Colour = std::vector<float>;

void expect_colour(const Colour& got, const Colour& expected) {
  for (size_t c = 0; c < 3; ++c) EXPECT_NEAR(got[c], expected[c], 1e-6) << "channel " << c;
}

Colour turned(Colour colour, float turns) {
  turn_hue({colour.data(), 1, 1}, turns);
  return colour;
}

TEST(Colour, HueGoesFromRedByGreenToBlue) {
  const float third = 1 / 3.0f;
  expect_colour(turned({0.9f, 0.2f, 0.2f}, third), {0.2f, 0.9f, 0.2f});
  expect_colour(turned({0.2f, 0.9f, 0.2f}, third), {0.2f, 0.2f, 0.9f});
  expect_colour(turned({0.2f, 0.2f, 0.9f}, third), {0.9f, 0.2f, 0.2f});
  expect_colour(turned({0.9f, 0.2f, 0.2f}, -third), {0.2f, 0.2f, 0.9f});
  expect_colour(turned({0.9f, 0.2f, 0.2f}, 0.5f), {0.2f, 0.9f, 0.9f});
  expect_colour(turned({0.9f, 0.2f, 0.2f}, 1 / 12.0f), {0.9f, 0.55f, 0.2f});
}

TEST(Colour, HueTurnsThereAndBackOrAllAround) {
  for (const Colour& colour : {Colour{0.1f, 0.5f, 0.8f}, Colour{1, 0, 0.01f}, Colour{0.3f, 0.3f, 0},
                               Colour{0.7f, 0.2f, 0.7f}, Colour{0, 1, 1}}) {
    for (const float turns : {-1.0f, -0.5f, -0.1f, 0.0f, 0.03f, 0.5f, 1.0f}) {
      expect_colour(turned(turned(colour, turns), -turns), colour);
    }
    expect_colour(turned(colour, 1), colour);
  }
}

TEST(Colour, GreysHaveNoHue) {
  for (const float level : {0.0f, 0.4f, 1.0f}) {
    expect_colour(turned({level, level, level}, 0.3f), {level, level, level});
  }
}

TEST(Colour, ContrastMovesFromTheRoundedMeanGrey) {
  // Luma 0.25 and 0.5: the mean, 95.625 levels of 256, counts as 96.
  std::vector<float> image{0.25f, 0.5f, 0.25f, 0.5f, 0.25f, 0.5f};
  change_contrast({image.data(), 1, 2}, 0);
  for (const float x : image) EXPECT_NEAR(x, 96 / 255.0, 1e-6);
}

TEST(Colour, FactorsBeyondOneStopAtBlackAndWhite) {
  Colour colour{0.1f, 0.6f, 0.9f};
  change_brightness({colour.data(), 1, 1}, 2);
  expect_colour(colour, {0.2f, 1, 1});
  change_saturation({colour.data(), 1, 1}, 5);
  expect_colour(colour, {0, 1, 1});
}

TEST(Colour, GreyIsLuma) {
  Colour colour{1, 0.5f, 0.25f};
  make_grey({colour.data(), 1, 1});
  const float luma = 0.299f + 0.587f / 2 + 0.114f / 4;
  for (const float x : colour) EXPECT_NEAR(x, luma, 1e-5);
}

}  // namespace
}  // namespace tsimcne
