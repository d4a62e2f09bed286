#include <algorithm>

#include "tests/images/fixtures.hpp"

namespace tsimcne {
namespace {

using Paths = std::vector<std::string>;

Paths paths_of(const ImageSet& images) {
  return images.catalog().paths;
}

TEST(Tar, FollowsTheRulesOfFolders) {
  const TemporaryFolder folder;
  const fs::path tar = folder.path() / "images.tar";
  write_tar(tar, {{"./set/train/dog/2.png", small_png(blue)},
                  {"./set/test/cat/1.png", small_png(red)},
                  {"./set/train/dog/.hidden", "x"},
                  {"./set/train/cat/ü.png", small_png(green)}});
  const ImageSet images = open_images(tar);
  EXPECT_EQ(paths_of(images), (Paths{"test/cat/1.png", "train/cat/ü.png", "train/dog/2.png"}));
  EXPECT_EQ(images.catalog().label_names, (Paths{"cat", "dog"}));
  EXPECT_EQ(images.catalog().labels, (std::vector<int32_t>{0, 0, 1}));
  EXPECT_EQ(images.catalog().splits[0], Split::test);
  EXPECT_EQ(pixel(images, 0, 0, 0), red);
  EXPECT_EQ(pixel(images, 1, 0, 0), green);
  EXPECT_EQ(pixel(images, 2, 0, 0), blue);
}

TEST(Tar, ASplitIsNotAWrapper) {
  const TemporaryFolder folder;
  write_tar(folder.path() / "a.tar",
            {{"train/x/1.png", small_png()}, {"train/y/2.png", small_png()}});
  const ImageSet images = open_images(folder.path() / "a.tar");
  EXPECT_EQ(paths_of(images), (Paths{"train/x/1.png", "train/y/2.png"}));
  EXPECT_EQ(images.catalog().label_name(0), "x");
  EXPECT_EQ(images.catalog().splits[0], Split::train);
}

TEST(Tar, MayBeCompressed) {
  const TemporaryFolder folder;
  for (const int filter : {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD}) {
    const fs::path tar = folder.path() / fmt::format("a{}", filter);
    write_tar(tar, {{"b/2.png", small_png(blue)}, {"a/1.png", small_png(red)}}, filter);
    const ImageSet images = open_images(tar);
    ASSERT_EQ(images.size(), 2);
    EXPECT_EQ(pixel(images, 0, 0, 0), red);
    EXPECT_EQ(pixel(images, 1, 0, 0), blue);
  }
}

TEST(Tar, NamesThatLeaveItAreLeftOutAndTheLastOfANameCounts) {
  const TemporaryFolder folder;
  write_tar(folder.path() / "a.tar", {{"/abs/1.png", small_png(red)},
                                      {"../evil.png", small_png()},
                                      {"x/../../evil.png", small_png()},
                                      {"x//2.png", small_png(green)},
                                      {"x/2.png", small_png(blue)}});
  const ImageSet images = open_images(folder.path() / "a.tar");
  EXPECT_EQ(paths_of(images), (Paths{"abs/1.png", "x/2.png"}));
  EXPECT_EQ(pixel(images, 1, 0, 0), blue);
  ASSERT_EQ(images.skipped().size(), 2u);
  EXPECT_EQ(images.skipped()[0].reason, "its name leads out of the archive");
}

TEST(Tar, ASubsetKeepsItsPixels) {
  const TemporaryFolder folder;
  std::vector<std::pair<std::string, Bytes>> members;
  for (int i = 99; i >= 0; --i) {
    members.emplace_back(fmt::format("{:02}.png", i), small_png({i, 0, 0}));
  }
  write_tar(folder.path() / "a.tar", members);
  ImageOptions options;
  options.limit = 10;
  const ImageSet images = open_images(folder.path() / "a.tar", options);
  ASSERT_EQ(images.size(), 10);
  EXPECT_TRUE(std::ranges::is_sorted(images.catalog().paths));
  EXPECT_NE(paths_of(images).back(), "09.png");
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(pixel(images, i, 0, 0)[0], std::stoi(paths_of(images)[static_cast<size_t>(i)]));
  }
}

TEST(Tar, HostileHeaders) {
  const TemporaryFolder folder;
  const fs::path tar = folder.path() / "a.tar";
  write_tar(tar, {{"a/1.png", small_png()}, {"a/2.png", small_png()}});
  std::ifstream in(tar, std::ios::binary);
  const Bytes whole(std::istreambuf_iterator<char>(in), {});
  expect_in(error_of([&] { open_images(folder.write("cut.tar", whole.substr(0, 700))); }),
            "cut.tar");

  // The first member claims 8 GiB - 1; its checksum is made right again.
  Bytes claims = whole;
  const auto put = [&](ptrdiff_t at, const Bytes& text) {
    std::ranges::copy(text, claims.begin() + at);
  };
  put(124, "77777777777 ");
  put(148, "        ");
  int sum = 0;
  for (size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(claims[i]);
  put(148, fmt::format("{:06o}", sum) + Bytes("\0 ", 2));
  expect_in(error_of([&] { open_images(folder.write("claims.tar", claims)); }), "claims.tar");
}

TEST(Tar, RunsInItArePassedOver) {
  const TemporaryFolder folder;
  write_tar(folder.path() / "a.tar", {{"in/red/1.png", small_png(red)},
                                      {"in/blue/2.png", small_png(blue)},
                                      {"in/map/config.toml", "# tsimcne"},
                                      {"in/map/images.pack", "tsimpack"},
                                      {"in/map/map.png", small_png()}});
  const ImageSet images = open_images(folder.path() / "a.tar");
  EXPECT_EQ(paths_of(images), (Paths{"blue/2.png", "red/1.png"}));
  EXPECT_EQ(images.notes(), Paths{"in/map is the work of tsimcne and passed over"});
}

TEST(OpenImages, ALabelThatAllShareIsNone) {
  const TemporaryFolder folder;
  write_tar(folder.path() / "a.tar",
            {{"1.png", small_png()}, {"1.cls", "3"}, {"2.png", small_png(blue)}, {"2.cls", "3"}});
  EXPECT_FALSE(open_images(folder.path() / "a.tar").catalog().has_labels());
}

TEST(Tar, LinksAreSkipped) {
  const TemporaryFolder folder;
  folder.write("in/a.png", small_png());
  fs::create_symlink("a.png", folder.path() / "in" / "b.png");
  fs::create_hard_link(folder.path() / "in" / "a.png", folder.path() / "in" / "c.png");
  const std::string command = "cd " + folder.path().string() + " && tar cf links.tar in";
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "no tar";
  const ImageSet images = open_images(folder.path() / "links.tar");
  EXPECT_EQ(images.size(), 1);
  ASSERT_EQ(images.skipped().size(), 2u);
  EXPECT_EQ(images.skipped()[0].reason, "a link or a device, not a file");
}

TEST(Zip, IsReadAsATarIs) {
  const TemporaryFolder folder;
  const fs::path zip = folder.path() / "images.zip";
  write_zip(zip, {{"set/train/dog/2.png", small_png(blue)},
                  {"set/test/cat/1.png", small_png(red)},
                  {"set/.DS_Store", "x"},
                  {"set/train/notes.txt", "hello"},
                  {"../evil.png", small_png()},
                  {"set/train/cat/ü.png", small_png(green)}});
  const ImageSet images = open_images(zip);
  EXPECT_EQ(paths_of(images), (Paths{"test/cat/1.png", "train/cat/ü.png", "train/dog/2.png"}));
  EXPECT_EQ(images.catalog().label_names, (Paths{"cat", "dog"}));
  EXPECT_EQ(pixel(images, 0, 0, 0), red);
  EXPECT_EQ(pixel(images, 1, 0, 0), green);
  EXPECT_EQ(pixel(images, 2, 0, 0), blue);
  EXPECT_EQ(images.skipped().size(), 2u);
}

TEST(Zip, ADamagedMemberIsSkippedAndTheOthersAreRead) {
  const TemporaryFolder folder;
  const fs::path zip = folder.path() / "a.zip";
  std::vector<std::pair<std::string, Bytes>> members;
  const auto noise = [](int i) {
    return encode(draw(16, 16, 3, [=](int x, int y, int b) { return (x * 7 + y * i + b) & 255; }),
                  ".png");
  };
  for (int i = 0; i < 5; ++i) members.emplace_back(fmt::format("{}.png", i), noise(i));
  write_zip(zip, members);
  std::ifstream in(zip, std::ios::binary);
  Bytes bytes(std::istreambuf_iterator<char>(in), {});
  const size_t at = bytes.find("2.png") + 60;  // in its content
  for (size_t i = at; i < at + 60; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0xFF);
  const ImageSet images = open_images(folder.write("bent.zip", bytes));
  EXPECT_EQ(paths_of(images), (Paths{"0.png", "1.png", "3.png", "4.png"}));
  ASSERT_EQ(images.skipped().size(), 1u);
  EXPECT_EQ(images.skipped()[0].path, "2.png");
  for (size_t length = 0; length < bytes.size(); length += 97) {
    try {
      open_images(folder.write("cut.zip", bytes.substr(0, length)));
    } catch (const Error&) {
    }
  }
}

TEST(OneImage, IsACollectionOfOne) {
  const TemporaryFolder folder;
  const ImageSet images = open_images(folder.write("a.png", small_png(green)));
  ASSERT_EQ(images.size(), 1);
  EXPECT_EQ(paths_of(images), Paths{"a.png"});
  EXPECT_FALSE(images.catalog().has_labels());
  EXPECT_EQ(pixel(images, 0, 0, 0), green);
  expect_in(error_of([&] { open_images(folder.write("a.psd", "8BPS and more")); }),
            "a.psd: Photoshop (PSD) is not read; convert it to PNG");
  expect_in(error_of([&] { open_images(folder.write("b.png", small_png().substr(0, 60))); }),
            "damaged");
}

Bytes idx_images(uint32_t count, uint32_t rows, uint32_t cols, const Bytes& pixels) {
  return big_endian(0x803) + big_endian(count) + big_endian(rows) + big_endian(cols) + pixels;
}
Bytes idx_labels(uint32_t count, const Bytes& labels) {
  return big_endian(0x801) + big_endian(count) + labels;
}

class Idx : public testing::Test {
 protected:
  Bytes grey(int count) {
    Bytes pixels;
    for (int i = 0; i < count; ++i) pixels += Bytes(16, static_cast<char>(10 * (i + 1)));
    return pixels;
  }
  TemporaryFolder folder_;
};

TEST_F(Idx, ReadsBothPartsPlainAndZipped) {
  folder_.write("train-images-idx3-ubyte.gz", gzipped(idx_images(3, 4, 4, grey(3))));
  folder_.write("train-labels-idx1-ubyte.gz", gzipped(idx_labels(3, Bytes("\2\0\1", 3))));
  folder_.write("t10k-images-idx3-ubyte", idx_images(2, 4, 4, grey(2)));
  folder_.write("t10k-labels-idx1-ubyte", idx_labels(2, Bytes("\1\12", 2)));
  const ImageSet images = open_images(folder_.path());
  EXPECT_EQ(images.side(), 8);  // no less, though the images have 4
  EXPECT_EQ(paths_of(images),
            (Paths{"train/00000", "train/00001", "train/00002", "test/00000", "test/00001"}));
  EXPECT_EQ(images.catalog().labels, (std::vector<int32_t>{2, 0, 1, 1, 3}));
  EXPECT_EQ(images.catalog().label_names, (Paths{"0", "1", "2", "10"}));
  EXPECT_EQ(images.catalog().splits[2], Split::train);
  EXPECT_EQ(images.catalog().splits[3], Split::test);
  for (int64_t i = 0; i < 5; ++i) {
    const int value = static_cast<int>(10 * (i % 3 + 1));
    EXPECT_EQ(pixel(images, i, 3, 3), (Colour{value, value, value}));
  }
  ImageOptions options;
  options.limit = 2;
  for (options.seed = 0; options.seed < 5; ++options.seed) {
    const ImageSet some = open_images(folder_.path(), options);
    ASSERT_EQ(some.size(), 2);
    for (int64_t i = 0; i < 2; ++i) {
      const int number = paths_of(some)[static_cast<size_t>(i)].back() - '0';
      EXPECT_EQ(pixel(some, i, 0, 0)[0], 10 * (number + 1));
    }
  }
}

TEST_F(Idx, LabelsMayBeMissing) {
  folder_.write("t10k-images-idx3-ubyte", idx_images(2, 4, 4, grey(2)));
  const ImageSet images = open_images(folder_.path());
  EXPECT_FALSE(images.catalog().has_labels());
}

TEST_F(Idx, WrongFilesAreErrors) {
  const auto error = [&](const Bytes& file) {
    folder_.write("train-images-idx3-ubyte", file);
    return error_of([&] { open_images(folder_.path()); });
  };
  expect_in(error(idx_images(3, 4, 4, grey(2))), "expected 64 bytes, found 48");
  expect_in(error(idx_images(1, 4, 4, grey(2))), "too long: expected 32 bytes");
  expect_in(error(idx_images(0x80000000, 28, 28, "")), "claims 2147483648 entries");
  expect_in(error(idx_images(1 << 24, 4096, 4096, grey(1))), "cut short");
  expect_in(error(idx_images(1, 0xFFFFFFFF, 28, "")), "4294967295 pixels a side");
  expect_in(error(idx_images(1, 0, 28, "")), "without pixels");
  expect_in(error("PK\3\4 something quite different"), "is not an IDX file");
  expect_in(error("short"), "cut short");
  expect_in(error(gzipped(idx_images(3, 4, 4, grey(3))).substr(0, 20)), "train-images-idx3-ubyte");
  folder_.write("train-labels-idx1-ubyte", idx_labels(2, "\1\1"));
  expect_in(error(idx_images(3, 4, 4, grey(3))), "2 labels where 3 images");
}

TEST_F(Idx, AZipBombIsReadNoFurtherThanItPromises) {
  folder_.write("train-images-idx3-ubyte.gz",
                gzipped(idx_images(1, 4, 4, Bytes(size_t{64} << 20, '\0'))));
  expect_in(error_of([&] { open_images(folder_.path()); }), "expected 32 bytes");
}

TEST(FashionMnist, IsFoundByName) {
  if (!fs::exists("/usr/share/datasets/fashion-mnist")) {
    expect_in(error_of([] { open_images("fashion-mnist"); }), "apt install dataset-fashion-mnist");
    GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  }
  ImageOptions options;
  options.limit = 500;
  const ImageSet images = open_images("fashion-mnist", options);
  EXPECT_EQ(images.size(), 500);
  EXPECT_EQ(images.side(), 28);
  EXPECT_EQ(images.catalog().label_names,
            (Paths{"Ankle boot", "Bag", "Coat", "Dress", "Pullover", "Sandal", "Shirt", "Sneaker",
                   "T-shirt/top", "Trouser"}));
}

/// A record of CIFAR whose image has red 1, green 2 and blue 3 times `value` everywhere.
Bytes cifar_record(const Bytes& labels, int value) {
  Bytes record = labels;
  for (int c = 1; c <= 3; ++c) record += Bytes(1024, static_cast<char>(value * c));
  return record;
}

TEST(Cifar, TenClasses) {
  const TemporaryFolder folder;
  folder.write("data_batch_1.bin", cifar_record("\1", 10) + cifar_record(Bytes("\0", 1), 20));
  folder.write("data_batch_3.bin", cifar_record("\2", 30));
  folder.write("test_batch.bin", cifar_record("\1", 40));
  folder.write("batches.meta.txt", "plane\r\ncar\r\nbird\r\n\r\n");
  const ImageSet images = open_images(folder.path());
  EXPECT_EQ(images.side(), 32);
  EXPECT_EQ(paths_of(images), (Paths{"train/00000", "train/00001", "train/00002", "test/00000"}));
  EXPECT_EQ(images.catalog().label_names, (Paths{"bird", "car", "plane"}));
  EXPECT_EQ(images.catalog().labels, (std::vector<int32_t>{1, 2, 0, 1}));
  for (int64_t i = 0; i < 4; ++i) {
    const int value = static_cast<int>(10 * (i + 1));
    EXPECT_EQ(pixel(images, i, 31, 31), (Colour{value, 2 * value, 3 * value}));
  }
}

TEST(Cifar, AHundredClassesByTheirFineLabels) {
  const TemporaryFolder folder;
  folder.write("train.bin", cifar_record("\7\1", 5) + cifar_record(Bytes("\7\0", 2), 6));
  folder.write("test.bin", cifar_record(Bytes("\0\1", 2), 7));
  folder.write("fine_label_names.txt", "apple\nbee\n");
  const ImageSet images = open_images(folder.path());
  EXPECT_EQ(images.catalog().labels, (std::vector<int32_t>{1, 0, 1}));
  EXPECT_EQ(images.catalog().label_name(0), "bee");
  EXPECT_EQ(images.catalog().splits, (std::vector<Split>{Split::train, Split::train, Split::test}));
  EXPECT_EQ(pixel(images, 2, 0, 0), (Colour{7, 14, 21}));
}

TEST(Cifar, WrongFilesAreErrors) {
  const TemporaryFolder folder;
  const fs::path batch = folder.write("test_batch.bin", cifar_record("\3", 1).substr(0, 3000));
  expect_in(error_of([&] { open_images(folder.path()); }), "expected 3073 bytes");
  folder.write("test_batch.bin", cifar_record("\3", 1));
  EXPECT_EQ(open_images(folder.path()).catalog().label_names, Paths{"3"});
  folder.write("batches.meta.txt", "a\nb\n");
  expect_in(error_of([&] { open_images(folder.path()); }), "names 2 labels");
  folder.write("test_batch.bin", "");
  expect_in(error_of([&] { open_images(folder.path()); }), "no images");
}

}  // namespace
}  // namespace tsimcne
