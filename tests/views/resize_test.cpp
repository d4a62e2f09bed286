#include "tsimcne/views/resize.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/views/plain_view.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

/// An image that is there.
class ImageRows : public Rows {
 public:
  explicit ImageRows(const plain::Image& image) : Rows(image.height, image.width), image_(image) {}

  void make(int y, const Planes& row) const override {
    for (int c = 0; c < 3; ++c) {
      std::copy_n(&image_.values[(c * height() + y) * width()], width(),
                  row.values + c * row.width);
    }
  }

 private:
  const plain::Image& image_;
};

plain::Image random_image(int height, int width, Random& random) {
  plain::Image image(height, width);
  for (float& x : image.values) x = static_cast<float>(random.uniform());
  return image;
}

plain::Image resized(const plain::Image& in, int height, int width, const Mirrors& mirrors = {}) {
  plain::Image out(height, width);
  resize(ImageRows(in), mirrors, out.planes());
  return out;
}

void expect_as_defined(const plain::Image& in, int height, int width, const Mirrors& mirrors) {
  const plain::Image out = resized(in, height, width, mirrors);
  const plain::Image expected =
      plain::mirror(plain::resize(in, height, width), mirrors.sideways, mirrors.upside_down);
  EXPECT_LT(plain::largest_difference(out.values, expected.values), 2e-6)
      << in.height << " x " << in.width << " to " << height << " x " << width;
}

TEST(Resize, FollowsItsDefinition) {
  Random random(1, Stream::drawing);
  for (int round = 0; round < 100; ++round) {
    const auto length = [&] { return 1 + static_cast<int>(random.below(40)); };
    const int height = length(), width = length(), out_height = length(), out_width = length();
    const Mirrors mirrors{random.chance(0.5), random.chance(0.5)};
    expect_as_defined(random_image(height, width, random), out_height, out_width, mirrors);
  }
}

TEST(Resize, FollowsItsDefinitionAtSizesBesideThoseOfVectors) {
  Random random(2, Stream::drawing);
  for (const int in : {1, 2, 3, 7, 31, 33, 64, 65, 96}) {
    for (const int out : {1, 3, 7, 16, 31, 33, 96}) {
      expect_as_defined(random_image(in, 5, random), out, 3, {false, true});
      expect_as_defined(random_image(5, in, random), 3, out, {true, false});
    }
  }
}

TEST(Resize, ToTheSameSizeChangesNoBit) {
  Random random(2, Stream::drawing);
  const plain::Image image = random_image(7, 5, random);
  EXPECT_EQ(resized(image, 7, 5).values, image.values);
}

TEST(Resize, MirrorsSidewaysReversesEveryRow) {
  plain::Image image(2, 3);
  image.values = {.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f, .9f,
                  0,   1,   0,   .5f, .3f, .1f, .6f, .4f, .2f};
  EXPECT_EQ(resized(image, 2, 3, {true, false}).values,
            (std::vector<float>{.3f, .2f, .1f, .6f, .5f, .4f, .9f, .8f, .7f, 0, 1, 0, .1f, .3f, .5f,
                                .2f, .4f, .6f}));
}

TEST(Resize, MirrorsUpsideDownReversesTheRowsOfEveryPlane) {
  plain::Image image(3, 2);
  image.values = {.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f, .9f,
                  0,   1,   0,   .5f, .3f, .1f, .6f, .4f, .2f};
  EXPECT_EQ(resized(image, 3, 2, {false, true}).values,
            (std::vector<float>{.5f, .6f, .3f, .4f, .1f, .2f, 1, 0, .9f, 0, .7f, .8f, .4f, .2f, .1f,
                                .6f, .5f, .3f}));
}

TEST(Resize, KeepsWhiteWithinOne) {
  for (int length = 1; length <= 96; ++length) {
    plain::Image white(length, length);
    std::ranges::fill(white.values, 1.0f);
    const plain::Image out = resized(white, 32, 32);
    EXPECT_LE(*std::ranges::max_element(out.values), 1.0f);
    EXPECT_GT(*std::ranges::min_element(out.values), 1 - 1e-6f);
  }
}

}  // namespace
}  // namespace tsimcne
