#include <algorithm>

#include "tests/images/fixtures.hpp"

namespace tsimcne {
namespace {

TEST(TakeImages, GivesTheChosenOnes) {
  const TemporaryFolder folder;
  folder.write("train/a/1.png", small_png(red));
  folder.write("train/b/2.png", small_png(green));
  folder.write("test/b/3.png", small_png(blue));
  const ImageSet images = open_images(folder.path());
  const std::vector<int64_t> chosen{2, 0};
  const ImageSet some = take_images(images, chosen);
  ASSERT_EQ(some.size(), 2);
  EXPECT_EQ(some.side(), images.side());
  for (int64_t i = 0; i < 2; ++i) {
    const int64_t from = chosen[static_cast<size_t>(i)];
    const auto at = static_cast<size_t>(i), as = static_cast<size_t>(from);
    EXPECT_EQ(pixel(some, i, 3, 3), pixel(images, from, 3, 3));
    EXPECT_EQ(some.catalog().paths[at], images.catalog().paths[as]);
    EXPECT_EQ(some.catalog().label_name(i), images.catalog().label_name(from));
    EXPECT_EQ(some.catalog().splits[at], images.catalog().splits[as]);
  }
}

TEST(JoinImages, GivesBothWithTheirLabelsByName) {
  const TemporaryFolder one, other;
  one.write("b/1.png", small_png(red));
  one.write("c/2.png", small_png(green));
  other.write("a/3.png", small_png(blue));
  other.write("c/4.png", small_png(red));
  const ImageSet first = open_images(one.path()), second = open_images(other.path());
  const ImageSet both = join_images(first, second);
  ASSERT_EQ(both.size(), 4);
  EXPECT_TRUE(std::ranges::equal(both.pixels(1), first.pixels(1)));
  EXPECT_TRUE(std::ranges::equal(both.pixels(2), second.pixels(0)));
  EXPECT_EQ(both.catalog().paths,
            (std::vector<std::string>{"b/1.png", "c/2.png", "a/3.png", "c/4.png"}));
  std::vector<std::string> names;
  for (int64_t i = 0; i < 4; ++i) names.push_back(both.catalog().label_name(i));
  EXPECT_EQ(names, (std::vector<std::string>{"b", "c", "a", "c"}));
  both.expect_whole();
  EXPECT_THROW(join_images(first, open_images(other.path(), {.size = 16})), Error);
}

TEST(OpenImages, LeavesOutWhatIsKnown) {
  const TemporaryFolder folder;
  folder.write("a.png", small_png(red));
  folder.write("b.png", small_png(green));
  const ImageSet images = open_images(folder.path(), {.without = {"a.png"}});
  EXPECT_EQ(images.catalog().paths, std::vector<std::string>{"b.png"});
  EXPECT_THROW(open_images(folder.path(), {.without = {"a.png", "b.png"}}), Error);
}

TEST(OpenImages, ShowsEachImageWhenItIsDecoded) {
  const TemporaryFolder folder;
  folder.write("a.png", small_png(red));
  folder.write("b.png", small_png(green));
  folder.write("c.png", "no image");
  std::vector<std::vector<uint8_t>> seen;
  const ImageSet images = open_images(
      folder.path(), {.size = 16, .decoded = [&](std::span<const uint8_t> pixels, int side) {
                        EXPECT_EQ(side, 16);
                        seen.emplace_back(pixels.begin(), pixels.end());
                      }});
  ASSERT_EQ(std::ssize(seen), images.size());
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(seen[i], images.pixels(static_cast<int64_t>(i))));
  }
}

TEST(ImagesOfPixels, AreNotCopiedAndKeptAlive) {
  const auto memory = std::make_shared<std::vector<uint8_t>>(3 * 8 * 8 * 3, 7);
  const std::weak_ptr<std::vector<uint8_t>> watched = memory;
  {
    const ImageSet images = images_of_pixels(*memory, 8, memory);
    EXPECT_EQ(images.size(), 3);
    EXPECT_EQ(images.side(), 8);
    EXPECT_EQ(images.pixels(1).data(), memory->data() + 8 * 8 * 3);
    EXPECT_EQ(images.catalog().paths[2], "image 3");
    EXPECT_FALSE(images.catalog().has_labels());
    EXPECT_EQ(watched.use_count(), 2);
    (*memory)[5] = 8;
    EXPECT_NE(images_of_pixels(*memory, 8, memory).fingerprint(), images.fingerprint());
  }
  EXPECT_EQ(watched.use_count(), 1);
  EXPECT_THROW(images_of_pixels(*memory, 7, memory), Error);
  EXPECT_THROW(images_of_pixels(*memory, 0, memory), Error);
  EXPECT_THROW(images_of_pixels({}, 8, nullptr), Error);
  Catalog two;
  two.paths = {"a", "b"};
  EXPECT_THROW(images_of_pixels(*memory, 8, memory, two), Error);
}

TEST(ImagesOfPixels, HaveTheFingerprintOfAFolderOfThem) {
  const TemporaryFolder folder;
  folder.write("train/a/1.png", small_png(red));
  folder.write("test/b/3.png", small_png(blue));
  const ImageSet images = open_images(folder.path());
  const std::span<const uint8_t> all(images.pixels(0).data(), 2 * images.pixels(0).size());
  const auto owner = std::make_shared<ImageSet>(images);
  EXPECT_EQ(images_of_pixels(all, images.side(), owner, images.catalog()).fingerprint(),
            images.fingerprint());
}

std::span<const uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

TEST(ImageOfContent, IsDecodedAsAFileIs) {
  const TemporaryFolder folder;
  const std::string content = encode(draw_plain(30, 20, red), ".jpg[Q=100]");
  folder.write("1.jpg", content);
  const ImageSet file = open_images(folder.path(), {.size = 16});
  const ImageSet image = image_of_content(bytes_of(content), 16, Fit::crop);
  ASSERT_EQ(image.size(), 1);
  EXPECT_EQ(image.side(), 16);
  EXPECT_TRUE(std::ranges::equal(image.pixels(0), file.pixels(0)));
}

TEST(ImageOfContent, SaysWhatIsNone) {
  for (const std::string content : {"", "text", "\xff\xd8\xff"}) {
    EXPECT_THROW(image_of_content(bytes_of(content), 16, Fit::pad), Error) << content;
  }
}

}  // namespace
}  // namespace tsimcne
