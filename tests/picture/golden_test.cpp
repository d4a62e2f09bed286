// Pictures that were looked at and found good, under tests/data. They are compared from afar, so
// that other fonts and other versions of cairo do not matter. Where a picture is meant to change,
//   TSIMCNE_NEW_PICTURES=tests/data test_picture --gtest_filter='Golden.*'
// draws them anew; look at them before they are committed.

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/picture/drawn.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

class Golden : public Drawn {
 protected:
  /// Draws with `draw` and compares with the picture of that name.
  template <typename Draw>
  void expect_as_before(const std::string& name, const Draw& draw_into) const {
    if (const char* folder = std::getenv("TSIMCNE_NEW_PICTURES")) {
      draw_into(std::filesystem::path(folder) / name);
      return;
    }
    draw_into(path(name));
    const Pixels now = read_picture(path(name));
    const Pixels before = read_picture(std::filesystem::path(TEST_DATA) / name);
    ASSERT_EQ(now.width, before.width);
    ASSERT_EQ(now.height, before.height);
    const auto [mean, most] = difference(now, before);
    EXPECT_LT(mean, 1.5) << name;
    EXPECT_LT(most, 80) << name;
  }

  void expect_map_as_before(const std::string& name, const Map& map, PictureOptions options) const {
    options.width = options.height = 4;
    options.dpi = 80;
    const ImageSet images = images_of(map, 8);
    expect_as_before(
        name, [&](const std::filesystem::path& path) { draw_map(map, images, options, path); });
  }
};

TEST_F(Golden, Points) {
  expect_map_as_before("picture_points.png", clouds(1500, 7), {});
}

TEST_F(Golden, ThreeDimensions) {
  expect_map_as_before("picture_three_dimensions.png", clusters(600, 3, 3), {});
}

TEST_F(Golden, ManyClassesWithNamesOnTheMap) {
  expect_map_as_before("picture_names.png", clouds(2000, 24), {});
}

TEST_F(Golden, Highlighted) {
  expect_map_as_before("picture_highlight.png", clouds(1500, 7),
                       {.highlight = {"class 2", "class 5"}, .title = "Two of seven classes"});
}

TEST_F(Golden, Thumbnails) {
  expect_map_as_before("picture_thumbnails.png", clouds(1500, 7),
                       {.style = PictureStyle::thumbnails});
}

TEST_F(Golden, Annotated) {
  expect_map_as_before("picture_annotated.png", clouds(1500, 7),
                       {.style = PictureStyle::annotated});
}

TEST_F(Golden, AnnotatedWithoutLabels) {
  expect_map_as_before("picture_annotated_peaks.png", without_labels(clouds(1500, 5)),
                       {.style = PictureStyle::annotated});
}

TEST_F(Golden, Density) {
  expect_map_as_before("picture_density.png", clouds(1500, 7), {.style = PictureStyle::density});
}

TEST_F(Golden, Curves) {
  std::string lines;
  for (int i = 1; i <= 90; ++i) {
    const bool last = i > 60;
    lines +=
        fmt::format(R"({{"stage":{},"loss":{},"attraction":{},"repulsion":{},"dimensions":{}}})"
                    "\n",
                    last ? 2 : 1, 4 + last + 2.0 / (last ? i - 60 : i), -7 + last - 1.0 / i,
                    11 + 3.0 / i, last ? 2 : 128);
  }
  write_whole_file(path("metrics.jsonl"), lines);
  expect_as_before("picture_curves.png", [&](const std::filesystem::path& picture) {
    draw_curves(path("metrics.jsonl"), {.width = 4, .height = 4, .dpi = 80}, picture);
  });
}

}  // namespace
}  // namespace tsimcne
