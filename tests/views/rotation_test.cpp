#include "tsimcne/views/rotation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/views/plain_view.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

constexpr int side = 12, pixels = side * side;

std::vector<uint8_t> random_image() {
  Random random(4, Stream::drawing);
  std::vector<uint8_t> image(3 * pixels);
  for (uint8_t& byte : image) byte = static_cast<uint8_t>(random.below(256));
  return image;
}

/// The rows' planes.
std::vector<float> all_rows(const Rows& rows) {
  const int height = rows.height(), width = rows.width(), length = width + Rows::slack;
  std::vector<float> out(3 * height * width), row(3 * length);
  for (int y = 0; y < height; ++y) {
    rows.make(y, {row.data(), 1, length});
    for (int c = 0; c < 3; ++c) {
      std::copy_n(row.data() + c * length, width, out.data() + (c * height + y) * width);
    }
  }
  return out;
}

std::vector<float> rotate(const std::vector<uint8_t>& image, const Rotation& rotation,
                          const Crop& crop = {0, 0, side, side}) {
  return all_rows(RotatedRows(image, side, rotation, crop));
}

/// The image turned counterclockwise `turns` times: what was at the right end of a row comes to the
/// upper end of a column.
std::vector<float> turn_by_hand(const std::vector<uint8_t>& image, int turns) {
  std::vector<float> out(3 * pixels);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      int row = y, column = x;
      for (int turn = 0; turn < turns; ++turn) {
        const int right = column;
        column = row;
        row = side - 1 - right;
      }
      for (int c = 0; c < 3; ++c) {
        out[c * pixels + row * side + column] = image[3 * (y * side + x) + c] * (1 / 255.0f);
      }
    }
  }
  return out;
}

TEST(Rotation, ByQuarterTurnsMovesPixelsExactly) {
  const std::vector<uint8_t> image = random_image();
  for (int turns = 0; turns < 4; ++turns) {
    EXPECT_EQ(rotate(image, {turns, 0}), turn_by_hand(image, turns)) << turns;
  }
}

TEST(Rotation, ByDegreesAgreesWithQuarterTurns) {
  const std::vector<uint8_t> image = random_image();
  EXPECT_LT(plain::largest_difference(rotate(image, {0, 90}), turn_by_hand(image, 1)), 1e-5);
  EXPECT_LT(plain::largest_difference(rotate(image, {0, 180}), turn_by_hand(image, 2)), 1e-5);
  EXPECT_LT(plain::largest_difference(rotate(image, {0, -90}), turn_by_hand(image, 3)), 1e-5);
  EXPECT_LT(plain::largest_difference(rotate(image, {1, 30}), rotate(image, {0, 120})), 1e-5);
}

TEST(Rotation, OfARampIsTheRampTurned) {
  // Brightness grows to the right; seen after a turn by a degrees counterclockwise it grows along
  // (cos a, -sin a), y down. Bilinear interpolation of a ramp is exact.
  std::vector<uint8_t> image(3 * pixels);
  for (int i = 0; i < 3 * pixels; ++i) image[i] = static_cast<uint8_t>(20 * (i / 3 % side));
  const double angle = 30 * std::acos(-1.0) / 180, centre = (side - 1) / 2.0;
  const std::vector<float> out = rotate(image, {0, 30});
  for (int y = 3; y < side - 3; ++y) {
    for (int x = 3; x < side - 3; ++x) {
      const double from = centre + std::cos(angle) * (x - centre) - std::sin(angle) * (y - centre);
      EXPECT_NEAR(out[y * side + x], 20 * from / 255, 1e-5);
    }
  }
}

TEST(Rotation, FillsWithTheMeanBorderColour) {
  // Columns of the border: 0 on the left, 90 on the right, 30 between; the middle is white.
  std::vector<uint8_t> image(3 * pixels, 255);
  int sum = 0, count = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      if (y % (side - 1) != 0 && x % (side - 1) != 0) continue;
      const int level = x == 0 ? 0 : x == side - 1 ? 90 : 30;
      for (int c = 0; c < 3; ++c)
        image[3 * (y * side + x) + c] = static_cast<uint8_t>(level + 50 * c);
      sum += level;
      ++count;
    }
  }
  const std::vector<float> out = rotate(image, {0, 45});
  for (const int corner : {0, side - 1, pixels - side, pixels - 1}) {
    for (int c = 0; c < 3; ++c) {
      const double fill = (static_cast<double>(sum) / count + 50 * c) / 255;
      EXPECT_NEAR(out[c * pixels + corner], fill, 1e-6);
    }
  }
}

TEST(Rotation, OfACropIsTheCropOfTheRotated) {
  const std::vector<uint8_t> image = random_image();
  const std::vector<float> whole = rotate(image, {1, 17});
  const Crop crop{2, 5, 6, 4};
  const std::vector<float> part = rotate(image, {1, 17}, crop);
  for (int i = 0; i < 3 * 24; ++i) {
    const int c = i / 24, y = crop.top + i % 24 / 4, x = crop.left + i % 4;
    EXPECT_EQ(part[i], whole[c * pixels + y * side + x]);
  }
}

TEST(Rotation, FollowsItsDefinitionAtEverySize) {
  Random random(12, Stream::views);
  for (const int size : {1, 2, 3, 7, 16, 31, 32, 33, 96}) {
    for (int round = 0; round < 10; ++round) {
      const View view = draw_view(medical_views(), size, random);
      const std::vector<uint8_t> image = plain::random_bytes(3 * size * size, round);
      const Rotation rotation{view.quarter_turns, view.rotation};
      const plain::Image expected = plain::cut_rotated_crop(image, size, rotation, view.crop);
      const std::vector<float> out = all_rows(RotatedRows(image, size, rotation, view.crop));
      EXPECT_LT(plain::largest_difference(out, expected.values), 5e-5) << size;
    }
  }
}

}  // namespace
}  // namespace tsimcne
