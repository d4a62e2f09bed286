#include "tsimcne/images/decode.hpp"

#include <cstring>

#include "tests/images/fixtures.hpp"

namespace tsimcne {
namespace {

/// The one image that the bytes hold.
ImageSet open_one(const std::string& name, const Bytes& bytes, int size = 0, Fit fit = Fit::crop) {
  const TemporaryFolder folder;
  folder.write(name, bytes);
  ImageOptions options;
  options.size = size;
  options.fit = fit;
  return open_images(folder.path(), options);
}

void expect_quarters(const ImageSet& images, int tolerance) {
  const int low = images.side() / 4;
  const int high = images.side() - 1 - low;
  expect_near(pixel(images, 0, low, low), red, tolerance);
  expect_near(pixel(images, 0, high, low), green, tolerance);
  expect_near(pixel(images, 0, low, high), blue, tolerance);
  expect_near(pixel(images, 0, high, high), white, tolerance);
}

std::string reason_for(const std::string& name, const Bytes& bytes) {
  const TemporaryFolder folder;
  folder.write(name, bytes);
  folder.write("z.png", small_png());
  const ImageSet images = open_images(folder.path());
  EXPECT_EQ(images.size(), 1);
  if (images.skipped().size() != 1) return "nothing skipped";
  EXPECT_EQ(images.skipped()[0].path, name);
  return images.skipped()[0].reason;
}

VipsHandle noise(int width, int height) {
  return draw(width, height, 3,
              [](int x, int y, int b) { return (x * 37 + y * 101 + b * 59 + x * y * 7) & 255; });
}

TEST(Decode, APngOfTheRightSizeIsNotChanged) {
  const ImageSet images = open_one("a.png", encode(noise(48, 48), ".png"));
  ASSERT_EQ(images.side(), 48);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 48; ++x) {
      for (int b = 0; b < 3; ++b) {
        ASSERT_EQ(pixel(images, 0, x, y)[static_cast<size_t>(b)],
                  (x * 37 + y * 101 + b * 59 + x * y * 7) & 255);
      }
    }
  }
}

TEST(Decode, SmallJpegsGiveWhatLibvipsGives) {
  for (const char* ending :
       {".jpg[strip,Q=90]", ".jpg[strip,interlace]", ".jpg[strip,subsample-mode=off]"}) {
    const Bytes file = encode(noise(32, 32), ending);
    std::vector<uint8_t> fast(32 * 32 * 3);
    ASSERT_TRUE(decode_small_jpeg(
        std::span(reinterpret_cast<const uint8_t*>(file.data()), file.size()), 32, fast));
    VipsHandle image(vips_image_new_from_buffer(file.data(), file.size(), "", nullptr));
    size_t size = 0;
    void* slow = vips_image_write_to_memory(image.get(), &size);
    ASSERT_EQ(size, fast.size());
    EXPECT_EQ(std::memcmp(slow, fast.data(), size), 0) << ending;
    g_free(slow);
  }
}

TEST(Decode, SmallJpegsThatNeedMoreAreLeftToLibvips) {
  const auto is_fast = [](const Bytes& file) {
    std::vector<uint8_t> out(32 * 32 * 3);
    return decode_small_jpeg(std::span(reinterpret_cast<const uint8_t*>(file.data()), file.size()),
                             32, out);
  };
  const Bytes file = encode(draw_quarters(32, 32), ".jpg");
  EXPECT_TRUE(is_fast(encode(draw_quarters(32, 32), ".jpg[strip]")));
  EXPECT_FALSE(is_fast(encode(draw_quarters(32, 31), ".jpg[strip]")));
  EXPECT_FALSE(is_fast(encode(draw_quarters(32, 32), ".png")));
  EXPECT_FALSE(is_fast(file.substr(0, file.size() - 20)));
  EXPECT_FALSE(is_fast(""));
  for (size_t length = 0; length < file.size(); ++length) is_fast(file.substr(0, length));
  for (size_t at = 0; at < file.size(); ++at) {
    Bytes damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    is_fast(damaged);
  }
}

TEST(Decode, ExifTurnsAreFollowed) {
  // Turned right by a quarter to be seen upright: what is stored left below stands left above.
  for (const auto& [width, height] : {std::pair{40, 40}, std::pair{300, 300}, std::pair{60, 40}}) {
    VipsHandle stored = draw_quarters(width, height);
    vips_image_set_int(stored.get(), VIPS_META_ORIENTATION, 6);
    const ImageSet images = open_one("a.jpg", encode(stored, ".jpg[Q=95]"));
    const int low = images.side() / 4;
    const int high = images.side() - 1 - low;
    expect_near(pixel(images, 0, low, low), blue, 12);
    expect_near(pixel(images, 0, high, low), red, 12);
    expect_near(pixel(images, 0, low, high), white, 12);
    expect_near(pixel(images, 0, high, high), green, 12);
  }
}

TEST(Decode, CmykBecomesRgb) {
  // A quarter cyan, a quarter magenta, nothing else: a light violet blue.
  for (const int side : {40, 200}) {
    VipsHandle image = draw(side, side, 4, [](int, int, int b) { return b < 2 ? 128 : 0; });
    image->Type = VIPS_INTERPRETATION_CMYK;
    const ImageSet images = open_one("a.jpg", encode(image, ".jpg[Q=95]"));
    const Colour found = pixel(images, 0, 20, 20);
    expect_near(found, {137, 134, 190}, 25);
    EXPECT_GT(found[2], found[0] + 20);
  }
}

TEST(Decode, SixteenBitsBecomeEight) {
  for (const int side : {40, 200}) {
    VipsHandle image =
        changed(draw_plain(side, side, {10, 128, 250}),
                [](VipsImage* in, auto** out) { return vips_linear1(in, out, 257, 0, nullptr); });
    image = changed(std::move(image),
                    [](VipsImage* in, auto** out) { return vips_cast_ushort(in, out, nullptr); });
    image = changed(std::move(image), [](VipsImage* in, auto** out) {
      return vips_copy(in, out, "interpretation", VIPS_INTERPRETATION_RGB16, nullptr);
    });
    const Bytes file = encode(image, ".png");
    ASSERT_EQ(file[24], 16);  // the header's bit depth
    const ImageSet images = open_one("a.png", file);
    expect_near(pixel(images, 0, 5, 5), {10, 128, 250}, 1);
  }
}

TEST(Decode, SixteenBitGreyWithAlpha) {
  VipsHandle image = draw(40, 40, 2, [](int x, int, int b) {
    return b == 0 ? 0 : x < 20 ? 255 : 51;
  });
  image = changed(std::move(image),
                  [](VipsImage* in, auto** out) { return vips_linear1(in, out, 257, 0, nullptr); });
  image = changed(std::move(image),
                  [](VipsImage* in, auto** out) { return vips_cast_ushort(in, out, nullptr); });
  image = changed(std::move(image), [](VipsImage* in, auto** out) {
    return vips_copy(in, out, "interpretation", VIPS_INTERPRETATION_GREY16, nullptr);
  });
  const ImageSet images = open_one("a.png", encode(image, ".png"));
  expect_near(pixel(images, 0, 5, 5), {0, 0, 0}, 1);
  expect_near(pixel(images, 0, 35, 5), {204, 204, 204}, 2);
}

TEST(Decode, AlphaStandsOverWhite) {
  for (const int side : {40, 200}) {
    const VipsHandle image = draw(side, side, 4, [=](int x, int, int b) {
      if (b == 3) return x < side / 2 ? 0 : 128;
      return b == 0 ? 255 : 0;
    });
    const ImageSet images = open_one("a.png", encode(image, ".png"));
    const int middle = images.side() / 2;
    expect_near(pixel(images, 0, 2, middle), white, 1);
    expect_near(pixel(images, 0, images.side() - 3, middle), {255, 127, 127}, 2);
  }
}

TEST(Decode, GreyHasThreeEqualChannels) {
  const VipsHandle image = draw(30, 30, 1, [](int x, int, int) { return x * 8; });
  for (const char* ending : {".png", ".jpg[Q=100]", ".tif"}) {
    const ImageSet images = open_one("a", encode(image, ending));
    ASSERT_EQ(images.side(), 30);
    expect_near(pixel(images, 0, 20, 3), {160, 160, 160}, 3);
  }
}

TEST(Decode, WebpAndTiff) {
  for (const char* ending : {".webp[lossless]", ".tif"}) {
    expect_quarters(open_one("a", encode(draw_quarters(50, 50), ending)), 0);
    expect_quarters(open_one("a", encode(draw_quarters(500, 500), ending)), 2);
  }
}

TEST(Decode, AnAnimationGivesItsFirstFrame) {
  // Two frames of 40 x 40 below each other.
  for (const char* ending : {".gif", ".webp[lossless]"}) {
    VipsHandle frames = draw(
        40, 80, 3, [](int, int y, int b) { return (y < 40 ? red : blue)[static_cast<size_t>(b)]; });
    vips_image_set_int(frames.get(), VIPS_META_PAGE_HEIGHT, 40);
    const ImageSet images = open_one("a", encode(frames, ending));
    ASSERT_EQ(images.side(), 40);
    expect_near(pixel(images, 0, 20, 38), red, 2);
  }
}

TEST(Decode, CropCutsTheMiddleOut) {
  // 300 x 100: red, green, blue thirds; only the middle remains.
  const VipsHandle image = draw(300, 100, 3, [](int x, int, int b) {
    return (x < 100 ? red : x < 200 ? green : blue)[static_cast<size_t>(b)];
  });
  for (const char* ending : {".png", ".jpg[Q=95]"}) {
    const ImageSet images = open_one("a", encode(image, ending), 50);
    ASSERT_EQ(images.side(), 50);
    for (const int x : {2, 25, 47}) expect_near(pixel(images, 0, x, 25), green, 6);
  }
}

TEST(Decode, PadKeepsAllAndFillsWithTheBordersMean) {
  const VipsHandle image = draw_plain(100, 50, {200, 100, 50});
  const ImageSet images = open_one("a.png", encode(image, ".png"), 32, Fit::pad);
  for (const int y : {0, 16, 31}) expect_near(pixel(images, 0, 16, y), {200, 100, 50}, 1);

  const ImageSet quarters =
      open_one("a.png", encode(draw_quarters(200, 100), ".png"), 40, Fit::pad);
  expect_near(pixel(quarters, 0, 5, 15), red, 1);
  expect_near(pixel(quarters, 0, 35, 25), white, 1);
  expect_near(pixel(quarters, 0, 20, 2), {128, 128, 128}, 8);
}

TEST(Decode, SmallImagesGrow) {
  const ImageSet images = open_one("a.png", encode(draw_quarters(10, 10), ".png"), 40);
  ASSERT_EQ(images.side(), 40);
  expect_near(pixel(images, 0, 3, 3), red, 3);
  expect_near(pixel(images, 0, 36, 36), white, 3);
}

TEST(Decode, NeedlesAreImages) {
  for (const Fit fit : {Fit::crop, Fit::pad}) {
    const VipsHandle wide = draw(20000, 1, 3, [](int, int, int b) { return b == 1 ? 255 : 0; });
    expect_near(pixel(open_one("a.png", encode(wide, ".png"), 16, fit), 0, 8, 8), green, 1);
    const VipsHandle tall = draw(1, 20000, 3, [](int, int, int b) { return b == 1 ? 255 : 0; });
    expect_near(pixel(open_one("a.png", encode(tall, ".png"), 16, fit), 0, 8, 8), green, 1);
  }
}

TEST(Decode, WhatIsNoImageIsSkippedWithItsReason) {
  EXPECT_EQ(reason_for("a.png", ""), "empty file");
  EXPECT_EQ(reason_for("a.jpg", "just some text, and enough of it to be looked into\n"),
            "not an image of a known format");
}

TEST(Decode, AnAbsurdSizeIsSkippedBeforeMemoryIsTaken) {
  EXPECT_EQ(reason_for("a.png", hollow_png(60000, 60000)),
            "declares 60000 x 60000 pixels, more than the limit of 2^28");
  EXPECT_NE(reason_for("a.png", hollow_png(8, 8)), "nothing skipped");
}

TEST(Decode, TruncatedFilesAreSkipped) {
  for (const int side : {8, 40, 400}) {
    for (const char* ending : {".png", ".jpg", ".webp", ".tif", ".gif"}) {
      const Bytes whole = encode(noise(side, side), ending);
      SCOPED_TRACE(fmt::format("{} {}", side, ending));
      expect_in(reason_for("a", whole.substr(0, whole.size() / 2)), "damaged");
    }
  }
}

}  // namespace
}  // namespace tsimcne
