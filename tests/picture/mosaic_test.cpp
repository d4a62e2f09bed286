#include "tsimcne/picture/mosaic.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/picture/drawn.hpp"

namespace tsimcne {
namespace {

using Mosaic = Drawn;

/// A map laid into the tiles of a room of that size.
struct Laid {
  Laid(const Map& shown, double width, double height,
       const std::vector<std::string>& highlight = {})
      : map(shown), classes(find_classes(map.catalog, highlight)) {
    const Box room{20, 30, width, height};
    tiling = tile(room);
    scene.places = project(map.points);
    scene.room = room;
    scene.transform = fit(scene.places, tiling.box(), 0);
  }

  Map map;
  Classes classes;
  Scene scene{.map = map, .classes = classes};
  Tiling tiling;
};

TEST_F(Mosaic, TilesLieInTheirRoomWhateverItsSize) {
  for (const double width : {20.0, 100.0, 414.5, 7000.0}) {
    for (const double height : {15.0, 300.1, 7000.0}) {
      const Box room{5, 7, width, height};
      const Tiling tiling = tile(room);
      EXPECT_GE(tiling.columns, 1);
      EXPECT_GE(tiling.rows, 1);
      EXPECT_GE(tiling.left, room.left);
      EXPECT_GE(tiling.top, room.top);
      EXPECT_LE(tiling.box().right(), room.right() + 1e-9);
      EXPECT_LE(tiling.box().bottom(), room.bottom() + 1e-9);
    }
  }
}

TEST_F(Mosaic, EveryCellShowsOneOfItsOwnImages) {
  const Laid laid(clouds(3000, 5), 380, 360);
  const auto thumbnails = place_thumbnails(laid.scene, laid.tiling);
  std::set<size_t> cells, occupied;
  for (int64_t i = 0; i < laid.map.size(); ++i) {
    occupied.insert(laid.tiling.cell_of(laid.scene.spot(i)));
  }
  for (const Thumbnail& thumbnail : thumbnails) {
    const size_t cell = laid.tiling.cell_of(laid.scene.spot(thumbnail.image));
    EXPECT_TRUE(cells.insert(cell).second) << "two in one cell";
    const Box bounds = laid.tiling.cell_box(cell);
    EXPECT_GE(thumbnail.box.left, bounds.left - 1e-9);
    EXPECT_GE(thumbnail.box.top, bounds.top - 1e-9);
    EXPECT_LE(thumbnail.box.right(), bounds.right() + 1e-9);
    EXPECT_LE(thumbnail.box.bottom(), bounds.bottom() + 1e-9);
  }
  EXPECT_EQ(cells, occupied);
  EXPECT_GT(cells.size(), 60u);
}

TEST_F(Mosaic, ThumbnailsDoNotOverlap) {
  const Laid laid(clusters(4000, 2, 3), 400, 200);
  const auto thumbnails = place_thumbnails(laid.scene, laid.tiling);
  for (size_t i = 0; i < thumbnails.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const Box &a = thumbnails[i].box, &b = thumbnails[j].box;
      EXPECT_TRUE(a.right() <= b.left || b.right() <= a.left || a.bottom() <= b.top ||
                  b.bottom() <= a.top);
    }
  }
}

TEST_F(Mosaic, PrefersHighlightedImagesAndFadesTheOthers) {
  Map map = clusters(2000, 2, 2);
  for (int64_t i = 0; i < map.size(); ++i)
    map.points.row(i)[0] -= 10.0f * static_cast<float>(i % 2);
  const Laid plain(map, 100, 100), lit(map, 100, 100, {"class 1"});
  const auto of_class_1 = [](const Laid& laid) {
    int count = 0;
    for (const Thumbnail& thumbnail : place_thumbnails(laid.scene, laid.tiling)) {
      const bool is_1 = laid.map.catalog.labels[static_cast<size_t>(thumbnail.image)] == 1;
      EXPECT_EQ(thumbnail.faded, laid.classes.highlighted && !is_1);
      count += is_1;
    }
    return count;
  };
  EXPECT_GT(of_class_1(lit), of_class_1(plain) * 3 / 2);
}

TEST_F(Mosaic, ShowsTheImagesInFramesOfTheirClasses) {
  const Map map = clusters(3000, 2, 2);
  ImageSet images = images_of(map, 12);
  const Pixels pixels = draw(map, images, {.style = PictureStyle::thumbnails});
  const auto colours = class_colours(2);
  const int legend = pixels.width * 8 / 10;
  EXPECT_LT(pixels.find(colours[0], legend).first, pixels.find(colours[1], legend).first - 300);
  EXPECT_GT(pixels.find({40 / 255.0, 40 / 255.0, 40 / 255.0}, legend).second, 1000)
      << "the crosses in the images";
}

TEST_F(Mosaic, LargeImagesAreMadeSmallerByTheirMeans) {
  const Map map = clusters(40, 2, 2);
  Random random(7, Stream::subset);
  const ImageSet noise = make_images(map, 600, [&](int64_t, int, size_t) {
    return static_cast<uint8_t>(random.below(201));  // of mean 100
  });
  const Pixels pixels = draw(map, noise, {.style = PictureStyle::thumbnails}, "large.png");
  int grey = 0;
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x) grey += pixels.shows(x, y, {0.39, 0.39, 0.39});
  }
  EXPECT_GT(grey, 2000);
  draw_map(map, noise, {.style = PictureStyle::thumbnails}, path("large.svg"));
  EXPECT_LT(std::filesystem::file_size(path("large.svg")), 400000u);
}

}  // namespace
}  // namespace tsimcne
