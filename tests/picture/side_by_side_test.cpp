#include "tsimcne/picture/side_by_side.hpp"

#include <gtest/gtest.h>

#include "tests/picture/drawn.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

using SideBySide = Drawn;

int count_between(const Pixels& pixels, const Colour& colour, int left, int right) {
  return pixels.find(colour, right).second - pixels.find(colour, left).second;
}

TEST_F(SideBySide, MapsHaveTheSameColoursAndOneLegend) {
  const Map first = clusters(400, 2, 2), second = clouds(400, 2);
  const std::array maps{TitledMap{&first, "one", "83.1 %"}, TitledMap{&second, "two", ""}};
  draw_side_by_side(maps, path("maps.png"));
  const Pixels pixels = read_picture(path("maps.png"));
  EXPECT_LT(pixels.height, pixels.width * 7 / 10);
  for (const Colour& colour : class_colours(2)) {
    EXPECT_GT(count_between(pixels, colour, 0, pixels.width / 2), 1000);
    EXPECT_GT(count_between(pixels, colour, pixels.width / 2, pixels.width), 1000);
  }
}

TEST_F(SideBySide, AreInAGridOfAnyNumber) {
  const Map map = clusters(60, 3, 3), bare = without_labels(clusters(60, 2, 3));
  for (const size_t count : {1u, 4u, 5u, 7u, 16u}) {
    const std::vector<TitledMap> maps(count, TitledMap{&map, "a name that is much too long", "x"});
    draw_side_by_side(maps, path("maps.svg"));
    EXPECT_TRUE(read_whole_file(path("maps.svg")).starts_with("<?xml")) << count;
  }
  draw_side_by_side(std::array{TitledMap{&bare, "bare", ""}, TitledMap{&bare, "bare", ""}},
                    path("bare.png"));
  const Pixels pixels = read_picture(path("bare.png"));
  EXPECT_GT(count_between(pixels, towards_white(single_blue, 0.4), pixels.width / 2, pixels.width),
            200);
}

TEST_F(SideBySide, AreTheSameBytesAgain) {
  const Map map = clouds(3000, 5);
  const std::array maps{TitledMap{&map, "one", ""}, TitledMap{&map, "two", ""}};
  draw_side_by_side(maps, path("a.png"));
  draw_side_by_side(maps, path("b.png"));
  EXPECT_TRUE(read_whole_file(path("a.png")) == read_whole_file(path("b.png")));
}

TEST_F(SideBySide, RefuseWhatCannotBeDrawn) {
  Map map = clouds(30, 2);
  EXPECT_THROW(draw_side_by_side({}, path("a.png")), Error);
  EXPECT_THROW(draw_side_by_side(std::array{TitledMap{&map, "", ""}}, path("a.gif")), Error);
  map.points.values[3] = NAN;
  EXPECT_THROW(draw_side_by_side(std::array{TitledMap{&map, "", ""}}, path("a.png")), Error);
}

}  // namespace
}  // namespace tsimcne
