#include "tsimcne/picture/picture.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/picture/drawn.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/picture/palette.hpp"

namespace tsimcne {
namespace {

using Picture = Drawn;

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

TEST_F(Picture, IsTheSameOfAMapInMemoryAndReadBack) {
  const TemporaryFolder folder;
  std::string batch;
  for (const char label : std::string("\0\1\4\2\0\4", 6)) batch += label + std::string(3072, 'x');
  folder.write("data_batch_1.bin", batch);
  folder.write("batches.meta.txt", "plane\nclass10\nclass2\nunused\ncar\n");
  Map map;
  map.catalog = open_images(folder.path()).catalog();
  map.points = clusters(map.catalog.size(), 2, 6).points;
  map.note = "The first 2 principal components";
  draw_map(map, {}, path("memory.png"));
  write_map(map, folder.path());
  draw_map(read_map(folder.path(), false), {}, path("folder.png"));
  write_map_npz(map, path("map.npz"));
  draw_map(read_map_npz(path("map.npz")), {}, path("archive.png"));
  const std::string memory = read_whole_file(path("memory.png"));
  EXPECT_TRUE(memory == read_whole_file(path("folder.png")));
  EXPECT_TRUE(memory == read_whole_file(path("archive.png")));
}

TEST_F(Picture, IsTheSameForTheSameSeed) {
  const Map map = clusters(3000, 3, 4);
  draw_map(map, {.seed = 1}, path("a.png"));
  draw_map(map, {.seed = 1}, path("b.png"));
  EXPECT_EQ(read_whole_file(path("a.png")), read_whole_file(path("b.png")));
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

TEST_F(Picture, GreysAllButHighlightedClasses) {
  const Map map = clusters(600, 2, 3);
  const auto colours = class_colours(3);
  const Pixels pixels = draw(map, {.highlight = {"class 2"}});
  EXPECT_EQ(pixels.find(colours[0], pixels.width).second, 0);
  EXPECT_EQ(pixels.find(colours[1], pixels.width).second, 0);
  EXPECT_GT(pixels.find(colours[2], pixels.width).second, 1000);
  EXPECT_GT(pixels.find(unlabelled_grey, pixels.width * 6 / 10).second, 1000);
}

TEST_F(Picture, DrawsHighlightedClassesAboveTheOthers) {
  Map map = clusters(3000, 2, 2);
  for (int64_t i = 0; i < map.size(); ++i) {  // ten points of each class at every place
    map.points.row(i)[0] = static_cast<float>(i / 20 % 15);
    map.points.row(i)[1] = static_cast<float>(i / 20 / 15);
  }
  const auto colours = class_colours(2);
  const int above = draw(map, {.highlight = {"class 1"}}).find(colours[1], 1100).second;
  EXPECT_GT(above, draw(map).find(colours[1], 1100).second * 3 / 2);
}

TEST_F(Picture, NamesSimilarClassesWhereAHighlightedOneIsUnknown) {
  Map map = clusters(100, 2, 4);
  map.catalog.label_names = {"cat", "dog", "horse", "ship"};
  const auto refusal = [&](const Map& drawn, const std::string& name) -> std::string {
    try {
      draw(drawn, {.highlight = {"dog", name}});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(refusal(map, "Hrse").find("similar are \"horse\""), std::string::npos)
      << refusal(map, "Hrse");
  EXPECT_NE(refusal(map, std::string(100000, 'c')).find("\"cat\""), std::string::npos);
  EXPECT_NE(refusal(without_labels(map), "cat").find("no labels"), std::string::npos);
  EXPECT_NE(refusal(map, ""), "");
}

TEST_F(Picture, HasATitleOnlyWhereOneIsAsked) {
  const Map map = clusters(100, 2, 2);
  const auto ink_on_top = [&](const PictureOptions& options) {
    const Pixels pixels = draw(map, options);
    int dark = 0;
    for (int y = 30; y < 75; ++y) {
      for (int x = 0; x < pixels.width / 2; ++x) dark += pixels.at(x, y, 0) < 120;
    }
    return dark;
  };
  EXPECT_GT(ink_on_top({.title = "Images of two classes"}), 200);
  EXPECT_EQ(ink_on_top({}), 0);
}

TEST_F(Picture, TakesAnyNameAndNote) {
  Map map = clusters(100, 2, 5);
  map.catalog.label_names = {std::string(500, 'w'), "bad \xff byte", "two\nlines", "", "قطة ねこ"};
  map.note = std::string(2000, 'n') + " <b>&";
  const Pixels pixels = draw(map, {.width = 2, .height = 2});
  EXPECT_EQ(pixels.width, 400);
  EXPECT_GT(pixels.find(class_colours(5)[2], 300).second, 10);
  map.note.clear();
  EXPECT_EQ(draw(map, {.title = std::string(5000, 't') + "\n<b>\xff"}).width, 1400);
}

TEST_F(Picture, RefusesImpossibleSizesAndEmptyMaps) {
  const Map map = clusters(10, 2, 1);
  EXPECT_THROW(draw(map, {.width = 0}), Error);
  EXPECT_THROW(draw(map, {.width = -1}), Error);
  EXPECT_THROW(draw(map, {.width = 100, .dpi = 1000}), Error);
  EXPECT_THROW(draw(map, {.dpi = NAN}), Error);
  EXPECT_THROW(draw(map, {.width = 50, .height = 50}), Error);  // too many pixels in all
  EXPECT_THROW(draw(map, {}, "map.jpg"), Error);
  EXPECT_THROW(draw(map, {}, "map"), Error);
  EXPECT_THROW(draw(Map()), Error);
  Map lost = map;
  lost.points.values[3] = NAN;
  EXPECT_THROW(draw(lost), Error);
  lost = map;
  lost.catalog.labels.pop_back();
  EXPECT_THROW(draw(lost), Error);
  lost = map;
  lost.catalog.labels[0] = 1;  // without a name
  EXPECT_THROW(draw(lost), Error);
  lost = map;
  lost.points = Matrix(10, 4);
  EXPECT_THROW(draw(lost), Error);
}

TEST_F(Picture, NeedsTheMapsImagesWhereItShowsImages) {
  const Map map = clusters(10, 2, 1);
  const ImageSet others = images_of(clusters(11, 2, 1), 8);
  for (const PictureStyle style : {PictureStyle::thumbnails, PictureStyle::annotated}) {
    EXPECT_THROW(draw(map, {.style = style}), Error);
    EXPECT_THROW(draw(map, others, {.style = style}), Error);
    EXPECT_EQ(draw(map, images_of(map, 8), {.style = style}).width, 1400);
  }
}

TEST_F(Picture, DrawsNarrowPagesInEveryStyle) {
  Map map = clouds(300, 9);
  map.note = std::string(400, 'n');
  const ImageSet images = images_of(map, 4);
  for (const PictureStyle style : {PictureStyle::points, PictureStyle::thumbnails,
                                   PictureStyle::annotated, PictureStyle::density}) {
    PictureOptions options{.width = 12, .height = 2, .dpi = 60, .style = style};
    options.title = std::string(400, 't');
    EXPECT_EQ(draw(map, images, options).width, 720);
    std::swap(options.width, options.height);
    EXPECT_EQ(draw(map, images, options).width, 120);
  }
}

TEST_F(Picture, DrawsDegenerateMapsInEveryStyle) {
  Map map = clusters(2, 2, 1);
  const ImageSet images = images_of(map, 1);
  for (const PictureStyle style :
       {PictureStyle::thumbnails, PictureStyle::annotated, PictureStyle::density}) {
    for (const std::vector<float>& points : {std::vector<float>{7, 7, 7, 7},
                                             {0, 5, 3, 5},
                                             {-3e38f, 0, 3e38f, 1e-30f},
                                             {1e-40f, 0, 0, 0}}) {
      map.points.values = points;
      for (const double side : {2.0, 7.0}) {
        const PictureOptions options{.width = side, .height = side, .style = style};
        EXPECT_EQ(draw(map, images, options).width, 200 * side);
        EXPECT_EQ(draw(without_labels(map), images, options).width, 200 * side);
      }
    }
  }
}

TEST(StyleNamed, KnowsAllStyles) {
  EXPECT_EQ(style_named("density"), PictureStyle::density);
  EXPECT_FALSE(needs_images(style_named("points")));
  EXPECT_TRUE(needs_images(style_named("annotated")));
  EXPECT_THROW(style_named("Points"), Error);
}

TEST_F(Picture, OfPointsAtOnePlaceHasASpot) {
  Map map = clusters(40, 2, 2);
  std::ranges::fill(map.points.values, 1.0f);
  for (const PictureStyle style : {PictureStyle::points, PictureStyle::density}) {
    const Pixels pixels = draw(map, {.style = style});
    int64_t drawn = 0;
    for (int y = pixels.height / 4; y < pixels.height * 3 / 4; ++y) {
      for (int x = pixels.width / 4; x < pixels.width * 3 / 4; ++x) {
        if (!pixels.shows(x, y, {1, 1, 1})) ++drawn;
      }
    }
    EXPECT_GT(drawn, style == PictureStyle::density ? 10'000 : 20);
  }
}

TEST_F(Picture, SaysWhichLettersNoFontHas) {
  Map map = clusters(40, 2, 2);
  EXPECT_EQ(draw_map(map, {}, path("x.png")), "");
  map.catalog.label_names[0] = "\xf3\xb0\x84\xa3";  // from the supplementary private use area
  const std::string doubt = draw_map(map, {}, path("x.png"));
  EXPECT_NE(doubt.find(map.catalog.label_names[0]), std::string::npos) << doubt;
  EXPECT_NE(doubt.find("install fonts-noto-core"), std::string::npos) << doubt;
}

}  // namespace
}  // namespace tsimcne
