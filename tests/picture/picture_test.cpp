#include "tsimcne/picture/picture.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <vips/vips.h>

#include <array>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/picture/palette.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

struct Pixels {
  int width = 0, height = 0;
  std::vector<uint8_t> values;  // [height, width, 3]

  /// True where the pixel is within 30 of the colour.
  bool shows(int x, int y, const Colour& colour) const {
    const std::array wanted{colour.red, colour.green, colour.blue};
    for (size_t c = 0; c < 3; ++c) {
      const double value = values[static_cast<size_t>((y * width + x) * 3) + c];
      if (std::abs(value - 255 * wanted[c]) > 30) return false;
    }
    return true;
  }
  /// The mean column of the pixels left of `right` that show the colour, and how many there are.
  std::pair<double, int> find(const Colour& colour, int right) const {
    double sum = 0;
    int count = 0;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < right; ++x) {
        if (!shows(x, y, colour)) continue;
        sum += x;
        ++count;
      }
    }
    return {sum / std::max(count, 1), count};
  }
};

Pixels read_png(const fs::path& path) {
  VipsImage* const image = vips_image_new_from_file(path.c_str(), nullptr);
  if (image == nullptr) fail("{} cannot be decoded", path.string());
  size_t bytes = 0;
  void* const memory = vips_image_write_to_memory(image, &bytes);
  EXPECT_EQ(vips_image_get_bands(image), 3);
  Pixels pixels{vips_image_get_width(image), vips_image_get_height(image), {}};
  const auto* const first = static_cast<uint8_t*>(memory);
  pixels.values.assign(first, first + bytes);
  g_free(memory);
  g_object_unref(image);
  return pixels;
}

/// Clusters side by side, ten units apart.
Map clusters(int64_t rows, int64_t dimensions, int32_t classes) {
  Random random(1, Stream::subset);
  Map map;
  map.points = Matrix(rows, dimensions);
  for (float& value : map.points.values) value = static_cast<float>(random.uniform(-2, 2));
  for (int64_t i = 0; i < rows; ++i) {
    const auto label = static_cast<int32_t>(i % classes);
    map.points.row(i)[0] += static_cast<float>(10 * label);
    map.catalog.labels.push_back(label);
  }
  for (int32_t label = 0; label < classes; ++label) {
    map.catalog.label_names.push_back(fmt::format("class {}", label));
  }
  map.catalog.paths.resize(static_cast<size_t>(rows));
  map.catalog.splits.resize(static_cast<size_t>(rows));
  return map;
}

class Picture : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(VIPS_INIT("test_picture"), 0); }
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / fmt::format("picture_{}_{}", test->name(), ::getpid());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Pixels draw(const Map& map, const PictureOptions& options = {}) const {
    draw_map(map, options, folder_ / "map.png");
    return read_png(folder_ / "map.png");
  }

  fs::path folder_;
};

TEST_F(Picture, HasItsSizeAndAWhiteGround) {
  const Pixels pixels = draw(clusters(400, 2, 2), {.width = 5, .height = 4, .dpi = 150});
  EXPECT_EQ(pixels.width, 750);
  EXPECT_EQ(pixels.height, 600);
  for (const int x : {0, 749}) {
    for (const int y : {0, 599}) EXPECT_TRUE(pixels.shows(x, y, {1, 1, 1}));
  }
}

TEST_F(Picture, ShowsTwoClustersApartInTheirColours) {
  const Pixels pixels = draw(clusters(400, 2, 2));
  const auto colours = class_colours(2);
  const int map_right = pixels.width * 8 / 10;  // left of the legend
  const auto [left, left_count] = pixels.find(colours[0], map_right);
  const auto [right, right_count] = pixels.find(colours[1], map_right);
  EXPECT_GT(left_count, 1000);
  EXPECT_GT(right_count, 1000);
  EXPECT_GT(right - left, 400);
}

TEST_F(Picture, HasALegendForFewClassesAndNoneForMany) {
  const Pixels few = draw(clusters(400, 2, 2));
  EXPECT_GT(few.find(class_colours(2)[0], few.width).second,
            few.find(class_colours(2)[0], few.width * 8 / 10).second);
  const Map many = clusters(2100, 2, 21);
  EXPECT_EQ(draw(many).width, few.width);
}

TEST_F(Picture, DrawsUnlabelledMapsInOneColour) {
  Map map = clusters(400, 2, 2);
  map.catalog.label_names.clear();
  map.catalog.labels.assign(400, -1);
  const Pixels pixels = draw(map);
  EXPECT_EQ(pixels.find(class_colours(2)[1], pixels.width).second, 0);
  EXPECT_GT(pixels.find(towards_white(single_blue, 0.4), pixels.width).second, 2000);
}

TEST_F(Picture, IsTheSameForTheSameSeed) {
  const Map map = clusters(3000, 3, 4);
  draw_map(map, {.seed = 1}, folder_ / "a.png");
  draw_map(map, {.seed = 1}, folder_ / "b.png");
  EXPECT_EQ(read_whole_file(folder_ / "a.png"), read_whole_file(folder_ / "b.png"));
}

TEST_F(Picture, DrawsDegenerateMaps) {
  Map map = clusters(2, 2, 1);
  map.points.values.assign(4, 7.0f);  // both at one place
  EXPECT_GT(draw(map).find(class_colours(1)[0], 1400).second, 10);
  map.points.values = {0, 5, 3, 5};  // on a line
  EXPECT_GT(draw(map).find(class_colours(1)[0], 1400).second, 10);
  map.points.values = {-3e38f, 0, 3e38f, 1e-30f};
  EXPECT_GT(draw(map).find(class_colours(1)[0], 1400).second, 10);
}

TEST_F(Picture, KeepsAllPointsOnThePage) {
  Map map = clusters(200, 2, 1);
  map.points.row(0)[0] = 1000;  // an outlier at the right edge, another at the left one
  map.points.row(1)[0] = -1000;
  const Pixels pixels = draw(map);
  const Colour colour = class_colours(1)[0];
  const int middle = pixels.height / 2;
  bool left = false, right = false;
  for (int y = middle - 100; y < middle + 100; ++y) {
    for (int x = 0; x < 60; ++x) left |= pixels.shows(x, y, towards_white(colour, 0.12));
    for (int x = 1000; x < 1260; ++x) right |= pixels.shows(x, y, towards_white(colour, 0.12));
  }
  EXPECT_TRUE(left);
  EXPECT_TRUE(right);
}

TEST_F(Picture, TakesAnyNameAndNote) {
  Map map = clusters(100, 2, 5);
  map.catalog.label_names = {std::string(500, 'w'), "bad \xff byte", "two\nlines", "", "قطة ねこ"};
  map.note = std::string(2000, 'n') + " <b>&";
  const Pixels pixels = draw(map, {.width = 2, .height = 2});
  EXPECT_EQ(pixels.width, 400);
  EXPECT_GT(pixels.find(class_colours(5)[2], 300).second, 10);
}

TEST_F(Picture, RefusesImpossibleSizesAndEmptyMaps) {
  const Map map = clusters(10, 2, 1);
  EXPECT_THROW(draw(map, {.width = 0}), Error);
  EXPECT_THROW(draw(map, {.width = -1}), Error);
  EXPECT_THROW(draw(map, {.width = 100, .dpi = 1000}), Error);
  EXPECT_THROW(draw(map, {.dpi = NAN}), Error);
  EXPECT_THROW(draw(Map()), Error);
  Map lost = map;
  lost.points.values[3] = NAN;
  EXPECT_THROW(draw(lost), Error);
  lost = map;
  lost.catalog.labels.pop_back();
  EXPECT_THROW(draw(lost), Error);
}

}  // namespace
}  // namespace tsimcne
