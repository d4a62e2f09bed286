#include "tsimcne/views/resize.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

/// The weight of pixel j of an axis of `in` pixels in pixel i of one of `out`, before they are made
/// to sum to 1: a triangle about i's centre.
double triangle(int in, int out, int i, int j) {
  const double scale = static_cast<double>(in) / out;
  const double distance = std::abs(j + 0.5 - (i + 0.5) * scale);
  return std::max(0.0, 1 - distance / std::max(scale, 1.0));
}

/// One pixel by its definition: the weighted mean of all pixels of the image.
double resized_pixel(const Planes& in, const float* plane, const Planes& out, int y, int x) {
  double sum = 0, weights = 0;
  for (int v = 0; v < in.height; ++v) {
    for (int u = 0; u < in.width; ++u) {
      const double weight =
          triangle(in.height, out.height, y, v) * triangle(in.width, out.width, x, u);
      sum += weight * plane[v * in.width + u];
      weights += weight;
    }
  }
  return sum / weights;
}

TEST(Resize, FollowsItsDefinition) {
  Random random(1, Stream::drawing);
  ResizeScratch scratch;
  for (int round = 0; round < 40; ++round) {
    const auto length = [&] { return 1 + static_cast<int>(random.below(40)); };
    const int height = length(), width = length(), out_height = length(), out_width = length();
    std::vector<float> values(3 * height * width), results(3 * out_height * out_width);
    for (float& x : values) x = static_cast<float>(random.uniform());
    const Planes in{values.data(), height, width}, out{results.data(), out_height, out_width};
    resize(in, out, scratch);
    double worst = 0;
    for (int i = 0; i < 3 * out.pixels(); ++i) {
      const float* plane = in.values + i / out.pixels() * in.pixels();
      const int pixel = i % out.pixels();
      const double expected = resized_pixel(in, plane, out, pixel / out_width, pixel % out_width);
      worst = std::max(worst, std::abs(expected - results[i]));
    }
    EXPECT_LT(worst, 2e-6) << height << " x " << width << " to " << out_height << " x "
                           << out_width;
  }
}

TEST(Resize, ToTheSameSizeChangesNoBit) {
  std::vector<float> values(3 * 7 * 5), results(values.size());
  Random random(2, Stream::drawing);
  for (float& x : values) x = static_cast<float>(random.uniform());
  ResizeScratch scratch;
  resize({values.data(), 7, 5}, {results.data(), 7, 5}, scratch);
  EXPECT_EQ(values, results);
}

TEST(Resize, KeepsWhiteWithinOne) {
  const std::vector<float> white(3 * 96 * 96, 1.0f);
  std::vector<float> copy = white, results(3 * 32 * 32);
  ResizeScratch scratch;
  for (int length = 1; length <= 96; ++length) {
    resize({copy.data(), length, length}, {results.data(), 32, 32}, scratch);
    EXPECT_LE(*std::ranges::max_element(results), 1.0f);
    EXPECT_GT(*std::ranges::min_element(results), 1 - 1e-6f);
  }
}

}  // namespace
}  // namespace tsimcne
