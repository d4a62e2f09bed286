// Pictures as svg and pdf.

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "tests/picture/drawn.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/picture/scatter.hpp"
#include "tsimcne/picture/svg_ids.hpp"

namespace tsimcne {
namespace {

class Formats : public Drawn {
 protected:
  std::string file(const Map& map, const PictureOptions& options, const std::string& name) const {
    const ImageSet images = images_of(map, 6);
    draw_map(map, images, options, path(name));
    return read_whole_file(path(name));
  }
};

int64_t count(const std::string& text, const std::string& part) {
  int64_t found = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
  return found;
}

/// The lines of no length, which are drawn as discs.
int64_t count_dots(const std::string& svg) {
  int64_t dots = 0;
  for (size_t at = 0; (at = svg.find("d=\"M ", at)) != std::string::npos; ++at) {
    const char* next = svg.c_str() + at + 5;
    char* end = nullptr;
    const double x = std::strtod(next, &end), y = std::strtod(end, &end);
    while (*end == ' ') ++end;
    if (*end != 'L') continue;
    const double to_x = std::strtod(end + 1, &end), to_y = std::strtod(end, &end);
    while (*end == ' ') ++end;
    dots += x == to_x && y == to_y && *end == '"';
  }
  return dots;
}

TEST_F(Formats, SvgHoldsAsManyPointsAsTheMap) {
  const int64_t in_legend = 3;
  for (const int64_t points : {int64_t{1500}, most_vector_points}) {
    const std::string svg = file(clusters(points, 2, 3), {}, "map.svg");
    EXPECT_EQ(count_dots(svg), points + in_legend);
    EXPECT_EQ(count(svg, "<image"), 0);
  }
  EXPECT_EQ(count_dots(file(clusters(300, 3, 3), {}, "map.svg")), 2 * 300 + in_legend)
      << "few points have rims";
}

TEST_F(Formats, SvgOfMorePointsHoldsAnImageOfThem) {
  const std::string svg = file(clusters(most_vector_points + 1, 2, 3), {}, "map.svg");
  EXPECT_EQ(count(svg, "<image"), 1);
  EXPECT_EQ(count_dots(svg), 3);
  EXPECT_LT(svg.size(), 2000000u);
}

TEST_F(Formats, SvgHoldsTheThumbnails) {
  const Map map = clusters(2000, 2, 2);
  const std::string svg = file(map, {.style = PictureStyle::annotated}, "map.svg");
  EXPECT_EQ(count(svg, "<image"), 2 * 6);
  EXPECT_GT(count(file(map, {.style = PictureStyle::thumbnails}, "map.svg"), "<image"), 20);
}

TEST_F(Formats, PdfStartsAndEndsAsOneAndIsSmall) {
  const std::string few = file(clusters(2000, 2, 3), {}, "map.pdf");
  EXPECT_TRUE(few.starts_with("%PDF-1."));
  EXPECT_TRUE(few.ends_with("%%EOF\n"));
  EXPECT_EQ(count(few, "CreationDate"), 0);
  EXPECT_LT(few.size(), 100000u);
  EXPECT_LT(file(clusters(most_vector_points, 2, 3), {}, "map.pdf").size(), 400000u);
  EXPECT_LT(file(clusters(50000, 2, 3), {}, "map.pdf").size(), 2000000u);
}

TEST_F(Formats, SameMapGivesTheSameBytes) {
  const Map map = clouds(700, 4), large = clouds(most_vector_points + 1, 4);
  for (const char* name : {"map.png", "map.svg", "map.pdf"}) {
    for (const PictureStyle style : {PictureStyle::points, PictureStyle::thumbnails,
                                     PictureStyle::annotated, PictureStyle::density}) {
      const PictureOptions options{.width = 3, .height = 3, .style = style, .title = "Twice"};
      EXPECT_TRUE(file(map, options, name) == file(map, options, name)) << name;
    }
    EXPECT_TRUE(file(large, {}, name) == file(large, {}, name)) << name;
  }
}

TEST_F(Formats, LookTheSameFromAfar) {
  const Map few = clouds(900, 4), many = clouds(most_vector_points + 1, 4),
            deep = clusters(400, 3, 2);
  for (const Map* map : {&few, &many, &deep}) {
    const ImageSet images = images_of(*map, 6);
    for (const PictureStyle style : {PictureStyle::points, PictureStyle::thumbnails,
                                     PictureStyle::annotated, PictureStyle::density}) {
      const PictureOptions options{.style = style, .title = "All formats"};
      const Pixels png = draw(*map, images, options, "map.png");
      for (const auto& [name, loader] :
           {std::pair("map.svg", "svgload"), std::pair("map.pdf", "pdfload")}) {
        if (!can_read(loader)) continue;
        const Pixels other = draw(*map, images, options, name);
        EXPECT_NEAR(other.width * 432, other.height * 504, 504) << "as wide and high as asked";
        const auto [mean, most] = difference(png, other);
        EXPECT_LT(mean, 1.5) << name << ", style " << static_cast<int>(style) << ", "
                             << map->size();
        EXPECT_LT(most, 40) << name << ", style " << static_cast<int>(style) << ", " << map->size();
      }
    }
  }
}

TEST_F(Formats, NamesOfAnyBytesAreValidInSvg) {
  if (!can_read("svgload")) GTEST_SKIP() << "this libvips reads no svg";
  Map map = clusters(100, 2, 4);
  map.catalog.label_names = {"<&\"'>", "bad \xff byte", "two\nlines", "]]>"};
  map.note = "<script>&amp;";
  EXPECT_GT(draw(map, {.title = "a < b & c"}, "map.svg").width, 100);
}

TEST(NumberIds, CountsFromZeroAndLeavesTheRest) {
  EXPECT_EQ(
      number_ids(R"(<g id="surface17"><use href="#image9"/><image id="image9" text="image"/>)"),
      R"(<g id="id0"><use href="#id1"/><image id="id1" text="image"/>)");
  EXPECT_EQ(number_ids(""), "");
  EXPECT_EQ(number_ids("plain"), "plain");
  EXPECT_EQ(number_ids("at the end \"image12"), "at the end \"id0");
  EXPECT_EQ(number_ids("at the end #"), "at the end #");
}

}  // namespace
}  // namespace tsimcne
