// Which file formats are known by their first bytes, which are read, and what of them.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <tuple>

#include "tests/images/fixtures.hpp"
#include "tsimcne/images/image_formats.hpp"

namespace tsimcne {
namespace {

std::span<const uint8_t> as_bytes(const Bytes& bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

/// Numbers, the least significant byte first.
Bytes little(std::initializer_list<std::pair<uint32_t, int>> numbers) {
  Bytes bytes;
  for (auto [number, count] : numbers) {
    for (; count > 0; --count, number >>= 8) bytes += static_cast<char>(number);
  }
  return bytes;
}

/// What becomes of one file beside a small picture: its pixel at (x, y), or the reason.
struct Outcome {
  std::string reason;
  Colour colour{-1, -1, -1};
};

Outcome read_one(const Bytes& bytes, int x = 20, int y = 20, int size = 64) {
  const TemporaryFolder folder;
  folder.write("a", bytes);
  folder.write("z.png", small_png());
  ImageOptions options;
  options.size = size;
  const ImageSet images = open_images(folder.path(), options);
  if (!images.skipped().empty()) return {images.skipped()[0].reason, {}};
  EXPECT_EQ(images.size(), 2);
  return {"", pixel(images, 0, x, y)};
}

void expect_colour(const Bytes& bytes, Colour colour, int tolerance = 1) {
  const Outcome outcome = read_one(bytes);
  EXPECT_EQ(outcome.reason, "");
  expect_near(outcome.colour, colour, tolerance);
}

constexpr Colour brick{200, 60, 30};

/// Rows of a bitmap under a header of 40 bytes, each filled up to whole words.
Bytes dib(int width, int height, int depth, uint32_t compression, const Bytes& behind_header,
          const std::function<Bytes(int y)>& row) {
  Bytes bytes = little({{40, 4},
                        {static_cast<uint32_t>(width), 4},
                        {static_cast<uint32_t>(height), 4},
                        {1, 2},
                        {static_cast<uint32_t>(depth), 2},
                        {compression, 4},
                        {0, 4},
                        {0, 4},
                        {0, 4},
                        {0, 4},
                        {0, 4}}) +
                behind_header;
  for (int y = 0; y < std::abs(height); ++y) {
    bytes += row(y);
    while (compression != 1 && compression != 2 && bytes.size() % 4 != 0) bytes += '\0';
  }
  return bytes;
}

Bytes bmp(const Bytes& dib, uint32_t behind_header) {
  const auto size = static_cast<uint32_t>(dib.size()) + 14;
  return "BM" + little({{size, 4}, {0, 4}, {14 + 40 + behind_header, 4}}) + dib;
}

Bytes repeated(const Bytes& pixel, int count) {
  Bytes bytes;
  for (int i = 0; i < count; ++i) bytes += pixel;
  return bytes;
}

const Bytes brick_bgr = "\x1E\x3C\xC8";

TEST(Bmp, TrueColours) {
  const auto row = [](int) { return repeated(brick_bgr, 63); };
  expect_colour(bmp(dib(63, 63, 24, 0, "", row), 0), brick);
  expect_colour(dib(63, 63, 24, 0, "", row), brick);
  expect_colour(
      bmp(dib(63, 63, 32, 0, "", [](int) { return repeated(brick_bgr + Bytes("\0", 1), 63); }), 0),
      brick);
  const auto five_bits = [](int) { return repeated(little({{25u << 10 | 7u << 5 | 4u, 2}}), 63); };
  expect_colour(bmp(dib(63, 63, 16, 0, "", five_bits), 0), {206, 58, 33});
  const Bytes masks = little({{0xF800, 4}, {0x07E0, 4}, {0x001F, 4}});
  const auto six_bits = [](int) { return repeated(little({{25u << 11 | 15u << 5 | 4u, 2}}), 63); };
  expect_colour(bmp(dib(63, 63, 16, 3, masks, six_bits), 12), {206, 61, 33});
}

TEST(Bmp, RowsStandFromBelowUnlessTheHeightIsNegative) {
  const auto row = [](int y) { return repeated(y < 20 ? brick_bgr : Bytes(3, '\0'), 40); };
  EXPECT_EQ(read_one(bmp(dib(40, 40, 24, 0, "", row), 0), 20, 2, 40).colour, (Colour{0, 0, 0}));
  EXPECT_EQ(read_one(bmp(dib(40, -40, 24, 0, "", row), 0), 20, 2, 40).colour, brick);
}

TEST(Bmp, Palettes) {
  const Bytes four(4, '\0');
  for (const int depth : {1, 4, 8}) {
    Bytes palette = four + brick_bgr + Bytes("\0", 1);
    palette.resize(size_t{4} << depth);
    const char byte = depth == 1 ? '\xFF' : depth == 4 ? '\x11' : '\1';
    const auto row = [&](int) { return Bytes(static_cast<size_t>(64 * depth / 8), byte); };
    expect_colour(bmp(dib(64, 64, depth, 0, palette, row), static_cast<uint32_t>(palette.size())),
                  brick);
  }
}

TEST(Bmp, Runs) {
  Bytes palette = Bytes(4, '\0') + brick_bgr + Bytes("\0", 1);
  palette.resize(1024);
  const auto row = [](int y) {
    return y % 2 == 0 ? Bytes("\x40\1\0\0", 4) : Bytes("\0\3\1\1\1\0\x3D\1\0\0", 10);
  };
  const Bytes file = bmp(dib(64, 64, 8, 1, palette, row) + Bytes("\0\1", 2), 1024);
  expect_colour(file, brick);
  EXPECT_EQ(read_one(file.substr(0, file.size() - 20)).reason, "damaged: it is cut short");
}

TEST(Bmp, AlphaCountsWhereAnyPixelHasIt) {
  const auto file = [](const Bytes& pixel) {
    Bytes header = little({{56, 4}, {64, 4}, {64, 4}, {1, 2}, {32, 2}, {3, 4}}) + Bytes(20, '\0') +
                   little({{0xFF0000, 4}, {0xFF00, 4}, {0xFF, 4}, {0xFF000000, 4}});
    return "BM" + little({{0, 4}, {0, 4}, {70, 4}}) + header + repeated(pixel, 64 * 64);
  };
  expect_colour(file(brick_bgr + "\xFF"), brick);
  expect_colour(file(brick_bgr + "\x80"), {227, 157, 142});
  expect_colour(file(brick_bgr + Bytes("\0", 1)), brick);
}

TEST(Bmp, HostileOnes) {
  const auto none = [](int) { return Bytes(); };
  EXPECT_EQ(read_one(bmp(dib(30000, 30000, 24, 0, "", none), 0)).reason,
            "declares 30000 x 30000 pixels, more than the limit of 2^28");
  EXPECT_EQ(read_one(bmp(dib(16000, 1, 24, 0, "", none), 0)).reason, "damaged: it is cut short");
  EXPECT_EQ(read_one(bmp(dib(16000, 16000, 8, 1, Bytes(1024, '\0'), none), 1024)).reason,
            "damaged: it is cut short");
  EXPECT_EQ(read_one(bmp(dib(0, 5, 24, 0, "", none), 0)).reason, "damaged: it declares no pixels");
  expect_in(read_one(bmp(dib(8, 8, 24, 5, "", none), 0)).reason, "of a kind that is not read");
  const auto row = [](int) { return repeated(brick_bgr, 32); };
  const Bytes whole = bmp(dib(32, 32, 24, 0, "", row), 0);
  for (size_t length = 0; length < whole.size(); length += 7) {
    EXPECT_NE(read_one(whole.substr(0, length)).reason, "") << length;
  }
  for (size_t at = 2; at < 54; ++at) {
    for (const char byte : {'\0', '\x7F', '\xFF'}) {
      Bytes bent = whole;
      bent[at] = byte;
      read_one(bent);
    }
  }
}

TEST(Pnm, AllSixKinds) {
  const auto text = [](const Bytes& head, const Bytes& value) {
    return head + repeated(value, 64 * 64);
  };
  expect_colour(text("P1\n# a comment\n64 64\n", "1"), {0, 0, 0});
  expect_colour(text("P1 64 64 ", "0 "), white);
  expect_colour(text("P2 64 64 100\n", "40\n"), {102, 102, 102});
  expect_colour(text("P3\n64\n64\n255\n", "200 60 30 "), brick);
  expect_colour("P4 64 64\n" + Bytes(64 * 8, '\xFF'), {0, 0, 0});
  expect_colour("P5 64 64 255\n" + Bytes(64 * 64, '\x33'), {51, 51, 51});
  expect_colour("P6 64 64 255\n" + repeated("\xC8\x3C\x1E", 64 * 64), brick);
  expect_colour("P5 64 64 4095\n" + repeated(Bytes("\x0C\x8A", 2), 64 * 64), {200, 200, 200});
  expect_colour(encode(draw_plain(64, 64, brick), ".ppm"), brick);
}

TEST(Pnm, HostileOnes) {
  EXPECT_EQ(read_one("P6 10000 10000 255\nabc").reason, "damaged: it is cut short");
  EXPECT_EQ(read_one("P6 99999 99999 255\nabc").reason,
            "declares 99999 x 99999 pixels, more than the limit of 2^28");
  expect_in(read_one("P6 1000000000000000000000 1 255\n").reason, "too long");
  expect_in(read_one("P5 8 8 0\n" + Bytes(64, ' ')).reason, "largest value is 0");
  expect_in(read_one("P2 8 8 255\n" + repeated("x ", 64)).reason, "a number was expected");
  expect_in(read_one("P1 8 8\n" + repeated("2 ", 64)).reason, "expected 0 or 1");
  EXPECT_EQ(read_one("P5 # never ends").reason, "damaged: it is cut short");
  EXPECT_EQ(read_one("P5 0 8 255\n").reason, "damaged: it declares no pixels");
}

TEST(ImageFiles, FormatsOfManyKindsAreReadWhereLibvipsHasThem) {
  for (const auto& [name, ending] :
       {std::pair{"JPEG 2000", ".jp2[lossless]"}, std::pair{"JPEG XL", ".jxl[Q=95]"},
        std::pair{"AVIF", ".avif[Q=95]"}}) {
    Bytes file;
    try {
      file = encode(draw_plain(64, 64, brick), ending);
    } catch (const std::exception&) {
      continue;  // this libvips cannot write it
    }
    ASSERT_NE(format_of(as_bytes(file)), nullptr) << name;
    EXPECT_EQ(format_of(as_bytes(file))->name, name);
    if (read_one(file).reason.find("not read") == std::string::npos) expect_colour(file, brick, 6);
    EXPECT_NE(read_one(file.substr(0, file.size() / 2)).reason, "") << name;
  }
}

TEST(ImageFiles, AnSvgIsDrawnAtTheSideThatIsWanted) {
  const Bytes svg =
      "<?xml version='1.0'?>\n<!-- drawn -->\n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' "
      "'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>\n<svg "
      "xmlns='http://www.w3.org/2000/svg' width='4' height='4'><rect width='2' height='4' "
      "fill='#c83c1e'/></svg>";
  ASSERT_NE(format_of(as_bytes(svg)), nullptr);
  if (!can_read(*format_of(as_bytes(svg)))) {
    expect_in(read_one(svg).reason, "SVG is not read here");
    GTEST_SKIP() << "this libvips has no SVG";
  }
  // Sharp, where four pixels that are enlarged would not be.
  expect_near(read_one(svg, 29, 32, 64).colour, brick, 2);
  expect_near(read_one(svg, 34, 32, 64).colour, white, 2);
  const auto sized = [](const Bytes& size) {
    return "<svg xmlns='http://www.w3.org/2000/svg' " + size + "></svg>";
  };
  EXPECT_NE(read_one(sized("width='900000' height='900000'")).reason, "");
  read_one(sized("width='1' height='900000'"));
  EXPECT_NE(read_one("<svg").reason, "");
}

TEST(ImageFiles, WhatIsNotReadIsToldByItsName) {
  const auto padded = [](Bytes start, size_t size = 200) {
    start.resize(std::max(start.size(), size));
    return start;
  };
  const Bytes icon = Bytes("\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0", 14) + little({{40, 4}, {22, 4}});
  EXPECT_EQ(read_one(padded(icon)).reason, "ICO is not read; convert it to PNG");
  Bytes targa = Bytes("\0\0\2", 3) + Bytes(9, '\0') + little({{64, 2}, {48, 2}, {24, 1}, {0, 1}});
  EXPECT_EQ(read_one(padded(targa, 9234)).reason, "TGA is not read; convert it to PNG");
  Bytes pcx = Bytes("\x0A\5\1\x08", 4);
  EXPECT_EQ(read_one(padded(pcx, 300)).reason, "PCX is not read; convert it to PNG");
  EXPECT_EQ(read_one(padded("8BPS")).reason, "Photoshop (PSD) is not read; convert it to PNG");
  expect_in(read_one(padded("%PDF-1.4")).reason, "PDF is not read; draw its pages");
  expect_in(read_one(padded(Bytes(128, '\0') + "DICM")).reason, "DICOM is not read");
  expect_in(read_one(padded(Bytes("\0\0\0\x18", 4) + "ftypisom")).reason,
            "not an image of a known format, but a video; ");
  expect_in(read_one("PK\3\4 something").reason, "but a zip archive; ");
  for (const Bytes& text : {Bytes("hello, this is text\n"), Bytes("{\"a\": 1}"), Bytes("P"),
                            Bytes("<html><svg></svg></html>"), Bytes(4000, '\0')}) {
    EXPECT_EQ(read_one(text).reason, "not an image of a known format") << text.substr(0, 10);
  }
}

TEST(ImageFiles, NoLibraryIsAskedWhatAFileIs) {
  // A loader of libvips that is asked turns in a circle for ever.
  Bytes file = gzipped("hello");
  for (int i = 0; i < 3; ++i) file += "trailing bytes after the end of the stream";
  expect_in(read_one(file).reason, "not an image of a known format");
}

TEST(ImageFiles, EachFormatHasANameASentenceAndAWayToKnowIt) {
  for (const ImageFormat& format : image_formats()) {
    EXPECT_FALSE(format.name.empty());
    EXPECT_FALSE(format.sentence.empty()) << format.name;
    for (const size_t size : {0, 1, 2, 3, 4, 8, 11, 12, 16, 17, 128, 345}) {
      format.knows(std::vector<uint8_t>(size, 0xFF));  // never past the end
      format.knows(std::vector<uint8_t>(size, 0));
    }
  }
}

/// A TIFF of 64 x 64 equal pixels, by its tags.
struct Tiff {
  int photometric = 2;
  int bits = 8;
  int kind = 1;  // of numbers: 1 unsigned, 2 signed, 3 float
  std::vector<uint32_t> extra{};

  Bytes of(const Bytes& pixel) const {
    const Bytes data = repeated(pixel, 64 * 64);
    const auto samples = static_cast<uint32_t>(pixel.size() * 8) / static_cast<uint32_t>(bits);
    const auto equal = [&](int value) {
      return std::vector<uint32_t>(samples, static_cast<uint32_t>(value));
    };
    std::vector<std::tuple<uint32_t, uint32_t, std::vector<uint32_t>>> tags = {
        {256, 3, {64}},
        {257, 3, {64}},
        {258, 3, equal(bits)},
        {259, 3, {1}},
        {262, 3, {static_cast<uint32_t>(photometric)}},
        {273, 4, {8}},
        {277, 3, {samples}},
        {278, 3, {64}},
        {279, 4, {static_cast<uint32_t>(data.size())}}};
    if (photometric == 6) tags.push_back({530, 3, {1, 1}});
    if (!extra.empty()) tags.push_back({338, 3, extra});
    tags.push_back({339, 3, equal(kind)});
    std::ranges::sort(tags);
    const auto count = static_cast<uint32_t>(tags.size());
    const auto directory = static_cast<uint32_t>(8 + data.size());
    const uint32_t behind = directory + 2 + 12 * count + 4;
    Bytes entries, pool;
    for (const auto& [tag, type, values] : tags) {
      Bytes raw;
      for (const uint32_t value : values) raw += little({{value, type == 3 ? 2 : 4}});
      if (raw.size() > 4) {
        const auto at = static_cast<uint32_t>(behind + pool.size());
        pool += raw;
        raw = little({{at, 4}});
      }
      raw.resize(4);
      entries += little({{tag, 2}, {type, 2}, {static_cast<uint32_t>(values.size()), 4}}) + raw;
    }
    return "II*" + Bytes(1, '\0') + little({{directory, 4}}) + data + little({{count, 2}}) +
           entries + Bytes(4, '\0') + pool;
  }
};

template <typename Number>
Bytes raw(std::initializer_list<Number> numbers) {
  Bytes bytes(numbers.size() * sizeof(Number), '\0');
  std::memcpy(bytes.data(), std::data(numbers), bytes.size());
  return bytes;
}

TEST(PixelTypes, SamplesBeyondTheColoursAreNoAlphaUnlessTheFileSaysSo) {
  const Tiff unspecified{.extra = {0}};
  expect_colour(unspecified.of(Bytes("\xC8\x3C\x1E\0", 4)), brick);
  expect_colour(Tiff{}.of(Bytes("\xC8\x3C\x1E\0", 4)), brick);
  expect_colour(Tiff{.extra = {0, 0}}.of(Bytes("\xC8\x3C\x1E\xFF\x5A", 5)), brick);
  expect_colour(Tiff{.extra = {0, 0, 0}}.of(Bytes("\xC8\x3C\x1E\xFF\x5A\x0A", 6)), brick);
  expect_colour(Tiff{.extra = {2}}.of(Bytes("\xC8\x3C\x1E\0", 4)), white);
  expect_colour(Tiff{.photometric = 1, .extra = {0}}.of(Bytes("\x50\0", 2)), {80, 80, 80});
  expect_colour(Tiff{.photometric = 1, .extra = {2}}.of(Bytes("\x50\0", 2)), white);
  expect_colour(Tiff{.photometric = 1, .extra = {0, 0}}.of("\xC8\x3C\x1E"), brick);
}

TEST(PixelTypes, YcbcrBecomesRgb) {
  expect_colour(Tiff{.photometric = 6}.of("\x62\x59\xC8"), brick);
}

TEST(PixelTypes, FloatsAreScaledByTheSmallestRangeThatHoldsThem) {
  const Tiff grey{.photometric = 1, .bits = 32, .kind = 3}, colours{.bits = 32, .kind = 3};
  expect_colour(grey.of(raw({0.4F})), {102, 102, 102});
  expect_colour(grey.of(raw({102.F})), {102, 102, 102});
  expect_colour(grey.of(raw({26214.F})), {102, 102, 102});
  expect_colour(colours.of(raw({200 / 255.F, 60 / 255.F, 30 / 255.F})), brick);
  expect_colour(colours.of(raw({200.F, 60.F, 30.F})), brick);
  expect_colour(colours.of(raw({-1.F, 0.F, 1.F})), {0, 128, 255});
  expect_colour(colours.of(raw({NAN, 0.4F, INFINITY})), {0, 102, 255});
  expect_colour(grey.of(raw({NAN})), {0, 0, 0});
  const Tiff wide{.photometric = 1, .bits = 64, .kind = 3};
  const Outcome outcome = read_one(wide.of(raw({0.4})));  // newer libvips read it
  if (!outcome.reason.empty()) expect_in(outcome.reason, "of a kind that is not read");
  if (outcome.reason.empty()) expect_near(outcome.colour, {102, 102, 102}, 1);
}

TEST(PixelTypes, WideIntegersAreScaledByTheBitsThatTheyUse) {
  const auto grey = [](int bits, int kind = 1) {
    return Tiff{.photometric = 1, .bits = bits, .kind = kind};
  };
  const auto colours = Tiff{.bits = 16};
  expect_colour(grey(32).of(raw({uint32_t{26214}})), {102, 102, 102});
  expect_colour(grey(32).of(raw({uint32_t{102}})), {102, 102, 102});
  expect_colour(colours.of(raw<uint16_t>({1023, 409, 0})), {255, 102, 0});
  expect_colour(colours.of(raw<uint16_t>({4095, 1638, 0})), {255, 102, 0});
  expect_colour(colours.of(raw<uint16_t>({16383, 6553, 0})), {255, 102, 0});
  expect_colour(colours.of(raw<uint16_t>({65535, 26214, 0})), {255, 102, 0});
  expect_colour(Tiff{.bits = 16, .kind = 2}.of(raw<int16_t>({-100, 0, 100})), {0, 128, 255});
}

TEST(PixelTypes, DamagedDirectoriesAreNoTrouble) {
  const Bytes whole = Tiff{.extra = {0}}.of(Bytes("\xC8\x3C\x1E\0", 4));
  for (size_t at = 4; at < whole.size(); at += at < 8 || at > 64 * 64 * 4 ? 1 : 4000) {
    for (const char byte : {'\0', '\x7F', '\xFF'}) {
      Bytes bent = whole;
      bent[at] = byte;
      read_one(bent);
    }
  }
}

}  // namespace
}  // namespace tsimcne
