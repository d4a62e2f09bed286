#include "tsimcne/views/colour.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/views/plain_view.hpp"

namespace tsimcne {
namespace {

using Colour = std::vector<float>;

void expect_colour(const Colour& got, const Colour& expected) {
  for (size_t c = 0; c < 3; ++c) EXPECT_NEAR(got[c], expected[c], 1e-6) << "channel " << c;
}

/// A view that changes no colour.
View jittered() {
  View view;
  view.jitter = true;
  return view;
}

Colour turned(Colour colour, float turns) {
  View view = jittered();
  view.hue = turns;
  change_colours(view, {colour.data(), 1, 1});
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
  View view = jittered();
  view.contrast = 0;
  change_colours(view, {image.data(), 1, 2});
  for (const float x : image) EXPECT_NEAR(x, 96 / 255.0, 1e-6);
}

TEST(Colour, FactorsBeyondOneStopAtBlackAndWhite) {
  Colour colour{0.1f, 0.6f, 0.9f};
  View brighter = jittered(), more_colourful = jittered();
  brighter.brightness = 2;
  change_colours(brighter, {colour.data(), 1, 1});
  expect_colour(colour, {0.2f, 1, 1});
  more_colourful.saturation = 5;
  change_colours(more_colourful, {colour.data(), 1, 1});
  expect_colour(colour, {0, 1, 1});
}

TEST(Colour, GreyIsLuma) {
  Colour colour{1, 0.5f, 0.25f};
  View view;
  view.grey = true;
  change_colours(view, {colour.data(), 1, 1});
  const float luma = 0.299f + 0.587f / 2 + 0.114f / 4;
  for (const float x : colour) EXPECT_NEAR(x, luma, 1e-5);
}

/// Colours of all kinds: bytes, many of them black or white, and greys.
plain::Image random_colours(int height, int width, Random& random) {
  plain::Image image(height, width);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool grey = random.chance(0.1), extreme = random.chance(0.3);
      const auto level = [&] { return extreme ? 255 * random.below(2) : random.below(256); };
      const float red = static_cast<float>(level()) / 255;
      for (int c = 0; c < 3; ++c) {
        image.at(c, y, x) = c == 0 || grey ? red : static_cast<float>(level()) / 255;
      }
    }
  }
  return image;
}

TEST(Colour, ChangesFollowTheirDefinitionsInEveryOrder) {
  ViewOptions options;
  options.brightness = options.contrast = options.saturation = 1.5;
  options.hue = 0.5;
  Random random(6, Stream::views);
  for (const auto& [height, width] :
       {std::pair{1, 1}, {1, 2}, {3, 5}, {7, 7}, {31, 31}, {33, 33}, {32, 32}, {96, 96}}) {
    View view;
    do {
      const std::array<ColourStep, 4> order = view.colour_order;
      view = draw_view(options, 32, random);
      view.colour_order = order;
      plain::Image image = random_colours(height, width, random), expected = image;
      change_colours(view, image.planes());
      plain::change_colours(view, expected);
      EXPECT_LT(plain::largest_difference(image.values, expected.values), 3e-6)
          << height << " x " << width;
    } while (std::ranges::next_permutation(view.colour_order).found);
  }
}

}  // namespace
}  // namespace tsimcne
