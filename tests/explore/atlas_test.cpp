#include "tsimcne/explore/atlas.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/explore/small_exhibit.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

TEST(SidesOfThumbnails, HalveDownToTheSmallest) {
  EXPECT_EQ(sides_of_thumbnails(28), (std::vector{14, 28}));
  EXPECT_EQ(sides_of_thumbnails(64), (std::vector{16, 32, 64}));
  EXPECT_EQ(sides_of_thumbnails(500), (std::vector{16, 32, 64, 128}));
  EXPECT_EQ(sides_of_thumbnails(5), std::vector{5});
}

TEST(Atlas, HasEveryImageOnceAndAtItsPlace) {
  const TemporaryFolder folder;
  const Exhibit exhibit = small_exhibit(folder.path(), 50, 32);
  const Atlas atlas(*exhibit.images, exhibit.map.points, {16, 32});
  ASSERT_EQ(atlas.levels().size(), 2);
  const std::set<uint32_t> slots(atlas.slots().begin(), atlas.slots().end());
  EXPECT_EQ(slots.size(), 50);
  EXPECT_EQ(*slots.rbegin(), 49);
  for (size_t level = 0; level < 2; ++level) {
    const auto [side, columns, pages] = atlas.levels()[level];
    EXPECT_EQ(columns * side, 1024);
    EXPECT_EQ(pages, 1);
    const std::string jpeg = atlas.page(level, 0);
    const auto* bytes = reinterpret_cast<const uint8_t*>(jpeg.data());
    const ImageSet page = image_of_content({bytes, jpeg.size()}, 1024, Fit::crop);
    for (int64_t i = 0; i < 50; ++i) {
      const int slot = static_cast<int>(atlas.slots()[static_cast<size_t>(i)]);
      const int x = slot % columns * side + side / 2, y = slot / columns * side + side / 2;
      EXPECT_NEAR(page.pixels(0)[static_cast<size_t>(y * 1024 + x) * 3],
                  exhibit.images->pixels(i)[0], 4);
    }
  }
}

TEST(Atlas, NeighboursOnTheMapShareAPage) {
  const TemporaryFolder folder;
  const Exhibit exhibit = small_exhibit(folder.path(), 400, 8);
  Random random(1, Stream::subset);
  Matrix points(400, 2);
  for (float& value : points.values) value = static_cast<float>(random.below(1000));
  const Atlas atlas(*exhibit.images, points, {8});
  std::vector<int64_t> by_slot(400);
  for (size_t i = 0; i < 400; ++i) by_slot[atlas.slots()[i]] = static_cast<int64_t>(i);
  double walk = 0;
  for (size_t slot = 1; slot < 400; ++slot) {
    const auto a = points.row(by_slot[slot - 1]), b = points.row(by_slot[slot]);
    walk += std::hypot(a[0] - b[0], a[1] - b[1]);
  }
  // The shortest walk is about 0.71 * 1000 * sqrt(400); a Hilbert curve's is a quarter longer.
  EXPECT_LT(walk, 1.5 * 0.71 * 1000 * 20);
}

TEST(Atlas, PointsOfOnePlaceAreNoTrouble) {
  const TemporaryFolder folder;
  const Exhibit exhibit = small_exhibit(folder.path(), 5, 8);
  const Atlas atlas(*exhibit.images, Matrix(5, 2), {8});
  EXPECT_EQ(std::ranges::max(atlas.slots()), 4);
}

TEST(ShrinkInto, AveragesAreas) {
  Pixels pixels(4);
  std::vector<uint8_t> image(6 * 6 * 3);
  for (size_t i = 0; i < image.size(); ++i) image[i] = static_cast<uint8_t>(i / 3 % 6 * 40);
  shrink_into(pixels, 0, 0, 4, image, 6);
  // A pixel covers one and a half columns of 0, 40, 80, 120, 160, 200.
  for (const auto& [x, value] : {std::pair(0, 13), {1, 67}, {2, 133}, {3, 187}}) {
    EXPECT_EQ(pixels.values[static_cast<size_t>(x) * 3], value);
  }
}

}  // namespace
}  // namespace tsimcne
