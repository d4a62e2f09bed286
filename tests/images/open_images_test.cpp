#include <algorithm>

#include "tests/images/fixtures.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/pack.hpp"

namespace tsimcne {
namespace {

using Paths = std::vector<std::string>;

TEST(OpenImages, NamesLabelsAndPixelsOfAFolder) {
  const TemporaryFolder folder;
  folder.write("katze/ä b.png", small_png(red));
  folder.write("hund/1.png", small_png(green));
  folder.write("hund/2.png", "broken");
  folder.write("hund/3.jpg", encode(draw_plain(8, 8, blue), ".jpg[Q=100]"));
  folder.write(".DS_Store", "x");
  const ImageSet images = open_images(folder.path());
  EXPECT_EQ(images.side(), 8);
  EXPECT_EQ(images.catalog().paths, (Paths{"hund/1.png", "hund/3.jpg", "katze/ä b.png"}));
  EXPECT_EQ(images.catalog().label_names, (Paths{"hund", "katze"}));
  EXPECT_EQ(images.catalog().labels, (std::vector<int32_t>{0, 0, 1}));
  EXPECT_EQ(pixel(images, 0, 3, 3), green);
  expect_near(pixel(images, 1, 3, 3), blue, 4);
  EXPECT_EQ(pixel(images, 2, 3, 3), red);
  ASSERT_EQ(images.skipped().size(), 1u);
  EXPECT_EQ(images.skipped()[0].path, "hund/2.png");
}

int side_of(const std::vector<std::pair<int, int>>& sizes, Fit fit = Fit::crop) {
  const TemporaryFolder folder;
  for (size_t i = 0; i < sizes.size(); ++i) {
    folder.write(fmt::format("{:04}.png", i),
                 encode(draw_plain(sizes[i].first, sizes[i].second, red), ".png"));
  }
  ImageOptions options;
  options.fit = fit;
  return open_images(folder.path(), options).side();
}

TEST(OpenImages, TheSideIsTheImagesOwnWhereTheyAgree) {
  EXPECT_EQ(side_of({{20, 20}, {20, 20}}), 20);
  EXPECT_EQ(side_of({{96, 96}, {96, 96}}), 96);
  EXPECT_EQ(side_of({{97, 97}, {97, 97}}), 64);
  EXPECT_EQ(side_of({{30, 20}, {30, 20}}), 20);
  EXPECT_EQ(side_of({{20, 20}, {20, 21}}), 64);
  EXPECT_EQ(side_of({{20, 20}, {300, 200}}), 64);
  EXPECT_EQ(side_of({{300, 200}, {20, 20}}), 64);
}

TEST(OpenImages, TheSideIsEightAtLeast) {
  for (const auto& [width, height] : {std::pair{1, 1}, {7, 7}, {500, 1}, {3, 1000}}) {
    EXPECT_EQ(side_of({{width, height}, {width, height}}), 8) << width << " x " << height;
  }
}

TEST(OpenImages, PaddedTheSideFollowsTheLongerSide) {
  EXPECT_EQ(side_of({{30, 20}, {30, 20}}, Fit::pad), 30);
  EXPECT_EQ(side_of({{96, 5}, {96, 5}}, Fit::pad), 96);
  EXPECT_EQ(side_of({{400, 20}, {400, 20}}, Fit::pad), 64);
  EXPECT_EQ(side_of({{20, 30}, {30, 20}}, Fit::pad), 64);
  EXPECT_EQ(side_of({{3, 2}, {3, 2}}, Fit::pad), 8);
}

std::vector<std::string> notes_of(const std::vector<Bytes>& files, Fit fit = Fit::crop) {
  const TemporaryFolder folder;
  for (size_t i = 0; i < files.size(); ++i) folder.write(fmt::format("{:04}.png", i), files[i]);
  ImageOptions options;
  options.fit = fit;
  return open_images(folder.path(), options).notes();
}

TEST(OpenImages, TellsWhatIsCutOfLongImages) {
  const auto strip = [](int width, int height) {
    return encode(draw(width, height, 3, [](int x, int y, int) { return (x * y) & 255; }), ".png");
  };
  EXPECT_EQ(notes_of({strip(400, 20), strip(400, 20)}),
            (Paths{"of 400 x 20 pixels the 20 x 20 in the middle are kept; --fit pad keeps all",
                   "all 2 images are the same, pixel by pixel"}));
  EXPECT_EQ(notes_of({strip(400, 20), strip(90, 60)}),
            Paths{"of 1 of the images less than half is kept, the square in the middle; --fit pad "
                  "keeps all"});
  EXPECT_EQ(notes_of({strip(400, 20), strip(90, 60)}, Fit::pad), Paths{});
}

TEST(OpenImages, TellsWherePixelsTellNothing) {
  EXPECT_EQ(notes_of({small_png({9, 3, 0}), small_png({8, 3, 0})}),
            Paths{"no pixel is brighter than 9 of 255, so the images are nearly black"});
  EXPECT_EQ(notes_of({small_png({250, 251, 255}), small_png({251, 251, 255})}),
            Paths{"no pixel is darker than 250 of 255, so the images are nearly white"});
  EXPECT_EQ(notes_of({small_png(), small_png()}),
            Paths{"all 2 images are the same, pixel by pixel"});
  EXPECT_EQ(notes_of({small_png(), small_png(blue)}), Paths{});
  EXPECT_EQ(notes_of({small_png()}), Paths{});
}

TEST(OpenImages, OnlyImagesDecideWhatFoldersMean) {
  const TemporaryFolder folder;
  for (const char* split : {"train", "test"}) {
    for (const char* label : {"a", "b"}) {
      folder.write(fmt::format("{}/{}/1.png", split, label), small_png());
    }
  }
  folder.write("docs/readme.txt", "hello");
  folder.write("annotations/x.xml", "<x/>");
  folder.write("README.md", "hello");
  const ImageSet images = open_images(folder.path());
  EXPECT_EQ(images.catalog().label_names, (Paths{"a", "b"}));
  EXPECT_EQ(std::ranges::count(images.catalog().splits, Split::train), 2);
  EXPECT_EQ(images.skipped().size(), 3u);
  EXPECT_EQ(images.notes(), Paths{"all 4 images are the same, pixel by pixel"});
  folder.write("docs/figure.png", small_png(blue));
  const ImageSet more = open_images(folder.path());
  EXPECT_EQ(more.catalog().label_names, (Paths{"docs", "test", "train"}));
  expect_in(more.notes().at(0), "test, train are named like splits");
}

TEST(OpenImages, RunsBelowTheInputArePassedOver) {
  const TemporaryFolder folder;
  for (const char* name : {"red/1.png", "blue/2.png"}) folder.write(name, small_png());
  const std::string stamp = open_images(folder.path()).source_stamp();
  folder.write("map/config.toml", "# tsimcne 0.1.0\n");
  folder.write("map/map.png", encode(draw_plain(30, 30, blue), ".png"));
  const ImageSet images = open_images(folder.path());
  EXPECT_EQ(images.size(), 2);
  EXPECT_EQ(images.side(), 8);
  EXPECT_EQ(images.catalog().label_names, (Paths{"blue", "red"}));
  EXPECT_EQ(images.source_stamp(), stamp);
  EXPECT_TRUE(images.skipped().empty());
  EXPECT_EQ(images.notes().at(0), "map is the work of tsimcne and passed over");
  expect_in(error_of([&] { open_images(folder.path() / "map"); }), "is a map that tsimcne made");
}

TEST(OpenImages, ALateDisagreementStartsOver) {
  const TemporaryFolder folder;
  const Bytes small = small_png();
  for (int i = 0; i < 1500; ++i) folder.write(fmt::format("{:04}.png", i), small);
  folder.write("9.png", encode(draw_plain(9, 9, blue), ".png"));
  const ImageSet images = open_images(folder.path());
  EXPECT_EQ(images.side(), 64);
  ASSERT_EQ(images.size(), 1501);
  expect_near(pixel(images, 0, 32, 32), red, 1);
  expect_near(pixel(images, 1500, 32, 32), blue, 1);
}

TEST(OpenImages, ABrokenFirstImageDoesNotChooseTheSide) {
  const TemporaryFolder folder;
  const Bytes whole = encode(draw_quarters(30, 30), ".png");
  folder.write("a.png", whole.substr(0, whole.size() / 2));
  folder.write("b.png", small_png());
  EXPECT_EQ(open_images(folder.path()).side(), 8);
}

TEST(OpenImages, ALimitChoosesBySeed) {
  const TemporaryFolder folder;
  for (int i = 0; i < 30; ++i) folder.write(fmt::format("{:02}.png", i), small_png());
  ImageOptions options;
  options.limit = 10;
  const Paths first = open_images(folder.path(), options).catalog().paths;
  EXPECT_EQ(first.size(), 10u);
  EXPECT_TRUE(std::ranges::is_sorted(first));
  EXPECT_EQ(open_images(folder.path(), options).catalog().paths, first);
  options.seed = 1;
  EXPECT_NE(open_images(folder.path(), options).catalog().paths, first);
  options.limit = 99;
  EXPECT_EQ(open_images(folder.path(), options).size(), 30);
}

TEST(OpenImages, ALimitCountsImages) {
  const TemporaryFolder folder;
  for (int i = 0; i < 40; ++i) {
    folder.write(fmt::format("{:02}.png", i), small_png({6 * i, 0, 0}));
    folder.write(fmt::format("{:02}.txt", i), "not an image");
  }
  ImageOptions options;
  options.size = 8;
  for (options.seed = 0; options.seed < 4; ++options.seed) {
    for (const int64_t limit : {1, 7, 39, 40, 60, 100}) {
      options.limit = limit;
      const ImageSet images = open_images(folder.path(), options);
      ASSERT_EQ(images.size(), std::min<int64_t>(limit, 40));
      EXPECT_TRUE(std::ranges::is_sorted(images.catalog().paths));
      for (int64_t i = 0; i < images.size(); ++i) {
        const std::string& path = images.catalog().paths[static_cast<size_t>(i)];
        ASSERT_EQ(pixel(images, i, 3, 3)[0], 6 * std::stoi(path));
      }
    }
  }
}

TEST(OpenImages, TellsProgressAndCanBeStopped) {
  const TemporaryFolder folder;
  for (int i = 0; i < 3; ++i) folder.write(std::to_string(i), small_png());
  ImageOptions options;
  std::pair<int64_t, int64_t> last;
  options.progress = [&](int64_t done, int64_t total) { last = {done, total}; };
  open_images(folder.path(), options);
  EXPECT_EQ(last, (std::pair<int64_t, int64_t>{3, 3}));
  options.progress = [](int64_t, int64_t) { throw std::runtime_error("stop"); };
  options.pack = folder.path() / "images.pack";
  EXPECT_THROW(open_images(folder.path(), options), std::runtime_error);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 3);
}

TEST(OpenImages, SaysWhatIsWrongWithTheInput) {
  const TemporaryFolder folder;
  const auto error = [](const fs::path& input) { return error_of([&] { open_images(input); }); };
  expect_in(error(folder.path() / "nothing"), "does not exist: expected a folder of images");
  expect_in(error(folder.path()), "holds no file");
  expect_in(error(folder.write("text/a.dat", "hello").parent_path() / "a.dat"),
            "neither a folder nor an archive");
  expect_in(error(folder.path()),
            "holds no image that can be read; the first of 1 files, text/a.dat: not an image");
  expect_in(error("/dev/null"), "neither a folder nor an archive");
  ImageOptions options;
  options.size = -1;
  expect_in(error_of([&] { open_images(folder.path(), options); }), "size is -1");
}

TEST(OpenImages, TheFingerprintSeesPixelsNamesAndLabels) {
  const auto fingerprint = [](const std::string& name, Colour colour) {
    const TemporaryFolder folder;
    folder.write(name, small_png(colour));
    folder.write("z/z.png", small_png());
    return open_images(folder.path()).fingerprint();
  };
  const std::string first = fingerprint("a/1.png", red);
  EXPECT_EQ(first.size(), 16u);
  EXPECT_EQ(fingerprint("a/1.png", red), first);
  EXPECT_NE(fingerprint("a/1.png", {254, 0, 0}), first);
  EXPECT_NE(fingerprint("a/2.png", red), first);
  EXPECT_NE(fingerprint("b/1.png", red), first);
}

TEST(SourceStamp, ChangesWithTheFiles) {
  const TemporaryFolder folder;
  folder.write("a/1.png", small_png());
  const std::string first = open_images(folder.path()).source_stamp();
  EXPECT_EQ(stamp_of_source(folder.path()), first);
  EXPECT_EQ(stamp_of_source(folder.path() / ""), first);
  fs::last_write_time(folder.path() / "a/1.png",
                      fs::file_time_type::clock::now() + std::chrono::hours(1));
  const std::string second = stamp_of_source(folder.path());
  EXPECT_NE(second, first);
  folder.write("a/2.png", small_png());
  EXPECT_NE(stamp_of_source(folder.path()), second);
  EXPECT_EQ(stamp_of_source(folder.path() / "gone"), "");
  write_tar(folder.path() / "a.tar", {{"1.png", small_png()}});
  const std::string tar = stamp_of_source(folder.path() / "a.tar");
  EXPECT_EQ(tar.size(), 16u);
  EXPECT_EQ(open_images(folder.path() / "a.tar").source_stamp(), tar);
}

class Pack : public testing::Test {
 protected:
  Pack() {
    input_.write("train/a/1.png", small_png(red));
    input_.write("train/a/2.png", "broken \xFF");
    input_.write("test/b\xFC/3.png", small_png(blue));
    options_.pack = output_.path() / "images.pack";
  }
  Bytes packed() {
    open_images(input_.path(), options_);
    return read_whole_file(options_.pack);
  }
  std::string error_with(const Bytes& pack) {
    const fs::path path = output_.write("damaged.pack", pack);
    return error_of([&] { read_pack(path); });
  }
  TemporaryFolder input_, output_;
  ImageOptions options_;
};

TEST_F(Pack, ReadsBackAsItWasWritten) {
  const ImageSet memory = open_images(input_.path());
  const ImageSet written = open_images(input_.path(), options_);
  const ImageSet read = read_pack(options_.pack);
  for (const ImageSet& images : {written, read}) {
    EXPECT_EQ(images.side(), memory.side());
    EXPECT_EQ(images.catalog().paths, memory.catalog().paths);
    EXPECT_EQ(images.catalog().labels, memory.catalog().labels);
    EXPECT_EQ(images.catalog().label_names, memory.catalog().label_names);
    EXPECT_EQ(images.catalog().splits, memory.catalog().splits);
    EXPECT_EQ(images.fingerprint(), memory.fingerprint());
    EXPECT_EQ(images.source_stamp(), memory.source_stamp());
    ASSERT_EQ(images.skipped().size(), 1u);
    EXPECT_EQ(images.skipped()[0].reason, memory.skipped()[0].reason);
    ASSERT_EQ(images.size(), 2);
    for (int64_t i = 0; i < 2; ++i) {
      EXPECT_TRUE(std::ranges::equal(images.pixels(i), memory.pixels(i)));
    }
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(output_.path()), {}), 1);
}

TEST_F(Pack, OfAnotherOrderOfLabelsIsReadInNaturalOrder) {
  PackWriter writer(options_.pack);
  writer.make_room(3, 1);
  ImageSet::Contents contents;
  contents.side = 1;
  contents.catalog = {.paths = {"1", "2", "3"},
                      .labels = {0, 2, -1},
                      .splits = std::vector<Split>(3),
                      .label_names = {"10", "unused", "9"}};
  contents.fingerprint = "as it was";
  writer.finish(std::move(contents));
  const ImageSet images = read_pack(options_.pack);
  EXPECT_EQ(images.catalog().label_names, (Paths{"9", "10"}));
  EXPECT_EQ(images.catalog().labels, (std::vector<int32_t>{1, 0, -1}));
  EXPECT_EQ(images.fingerprint(), "as it was");
}

TEST_F(Pack, NoLengthButItsOwnIsRead) {
  const Bytes whole = packed();
  for (size_t length = 0; length < whole.size(); ++length) {
    expect_in(error_with(whole.substr(0, length)), "is damaged");
  }
  expect_in(error_with(whole + "x"), "is damaged");
}

TEST_F(Pack, NoFlippedBitInHeaderOrCatalogIsRead) {
  const Bytes whole = packed();
  for (size_t at = 0; at < whole.size(); ++at) {
    if (at >= 56 && at < 4096 + 2 * 8 * 8 * 3) continue;  // padding and pixels bear no checksum
    Bytes damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    expect_in(error_with(damaged), "is damaged");
  }
}

TEST_F(Pack, MissingOnesAreErrors) {
  expect_in(error_of([&] { read_pack(output_.path() / "none"); }), "none cannot be opened");
  expect_in(error_of([&] { read_pack(output_.path()); }), "is not a file");
}

}  // namespace
}  // namespace tsimcne
