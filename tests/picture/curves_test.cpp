#include <gtest/gtest.h>

#include <cmath>

#include "tests/picture/drawn.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/picture/metrics.hpp"

namespace tsimcne {
namespace {

std::string line(int stage, int epoch, double loss, double attraction, double repulsion) {
  return fmt::format(
      R"({{"stage":{},"epoch":{},"loss":{},"attraction":{},"repulsion":{},"dimensions":{}}})"
      "\n",
      stage, epoch, loss, attraction, repulsion, stage == 1 ? 128 : 2);
}

/// Two stages in which the repulsion falls and the attraction rises.
std::string two_stages(int epochs) {
  std::string lines;
  for (int i = 1; i <= 2 * epochs; ++i) {
    const int stage = 1 + (i > epochs);
    lines += line(stage, i, 5 - stage + 3.0 / i, -7 + 0.01 * i, 12 - 0.02 * i);
  }
  return lines;
}

class Curves : public Drawn {
 protected:
  Pixels draw_lines(const std::string& lines, const PictureOptions& options = {},
                    const std::string& name = "curves.png") const {
    write_whole_file(path("metrics.jsonl"), lines);
    draw_curves(path("metrics.jsonl"), options, path(name));
    return read_picture(path(name));
  }
  std::string refusal(const std::string& lines) const {
    write_whole_file(path("metrics.jsonl"), lines);
    try {
      read_metrics(path("metrics.jsonl"));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  void expect_refused(const std::string& lines, const std::string& words) const {
    EXPECT_NE(refusal(lines).find(words), std::string::npos) << refusal(lines);
  }
};

TEST_F(Curves, AreReadLineByLine) {
  write_whole_file(path("metrics.jsonl"), two_stages(3));
  const auto epochs = read_metrics(path("metrics.jsonl"));
  ASSERT_EQ(epochs.size(), 6u);
  EXPECT_EQ(epochs[2].stage, 1);
  EXPECT_EQ(epochs[3].stage, 2);
  EXPECT_EQ(epochs[3].dimensions, 2);
  EXPECT_DOUBLE_EQ(epochs[1].loss, 5.5);
  EXPECT_DOUBLE_EQ(epochs[1].attraction, -6.98);
  EXPECT_DOUBLE_EQ(epochs[1].repulsion, 11.96);
}

TEST_F(Curves, SayWhatIsWrongInWhichLine) {
  const std::string good = line(1, 1, 5, -7, 12);
  expect_refused("", "is empty");
  expect_refused(good + good.substr(0, 30), "line 2: expected a JSON object");
  expect_refused(good + "\n" + good, "line 2: expected a JSON object");
  expect_refused(good + good + "[1, 2]\n", "line 3: expected a JSON object");
  expect_refused(R"({"stage":1,"loss":1,"attraction":1,"dimensions":2})", "\"repulsion\"");
  expect_refused(R"({"stage":1,"loss":null,"attraction":1,"repulsion":1,"dimensions":2})",
                 "found null");
  expect_refused(R"({"stage":1e300,"loss":1,"attraction":1,"repulsion":1,"dimensions":2})",
                 "found 1e+300");
  expect_refused(std::string(100000, '['), "line 1");
  expect_refused("{\"loss\":" + std::string(100000, '['), "line 1");
  expect_refused("\xff\xfe", "line 1");
  EXPECT_THROW(read_metrics(path("missing.jsonl")), Error);
}

TEST_F(Curves, GoWhereTheirNumbersGo) {
  const Pixels pixels = draw_lines(two_stages(200));
  EXPECT_EQ(pixels.width, 1400);
  EXPECT_EQ(pixels.height, 1200);
  const auto mean_row = [&](const Colour& colour, int left, int right, int top, int bottom) {
    double sum = 0;
    int count = 0;
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) {
        if (!pixels.shows(x, y, colour)) continue;
        sum += y;
        ++count;
      }
    }
    EXPECT_GT(count, 50);
    return sum / count;
  };
  const Colour attraction{0, 0.34, 0.63}, repulsion{0.8, 0.29, 0};
  EXPECT_GT(mean_row(attraction, 200, 500, 440, 780),
            mean_row(attraction, 1000, 1300, 440, 780) + 50)
      << "it rises";
  EXPECT_LT(mean_row(repulsion, 200, 500, 800, 1150),
            mean_row(repulsion, 1000, 1300, 800, 1150) - 50)
      << "it falls";
}

TEST_F(Curves, OfOneStageHaveNoMark) {
  std::string one = two_stages(30);
  for (size_t at = 0; (at = one.find("\"stage\":2", at)) != std::string::npos;) one[at + 8] = '1';
  const auto longest_grey_column = [](const Pixels& pixels) {
    int most = 0;
    for (int x = 0; x < pixels.width; ++x) {
      int count = 0;
      for (int y = 0; y < pixels.height; ++y) count += pixels.shows(x, y, {0.62, 0.63, 0.65});
      most = std::max(most, count);
    }
    return most;
  };
  EXPECT_GT(longest_grey_column(draw_lines(two_stages(30))), 700);
  EXPECT_LT(longest_grey_column(draw_lines(one)), 300);
}

TEST_F(Curves, OfAnyLengthAndLevelAreDrawn) {
  const PictureOptions small{.width = 2, .height = 2};
  for (const std::string& lines :
       {line(1, 1, 5, -7, 12), line(1, 1, 1e30, -1e30, 1e-30), two_stages(1), two_stages(3000),
        line(1, 1, 5, -7, 12) + line(7, 1, 5, -7, 12) + line(1, 1, 5, -7, 12)}) {
    EXPECT_EQ(draw_lines(lines).width, 1400);
    EXPECT_EQ(draw_lines(lines, small).width, 400);
  }
  EXPECT_EQ(draw_lines(two_stages(5), {.title = "Losses"}).width, 1400);
}

TEST_F(Curves, AreTheSameInAllFormats) {
  const Pixels png = draw_lines(two_stages(20));
  for (const auto& [name, loader] :
       {std::pair("curves.svg", "svgload"), std::pair("curves.pdf", "pdfload")}) {
    if (!can_read(loader)) continue;
    EXPECT_LT(difference(png, draw_lines(two_stages(20), {}, name)).first, 2) << name;
  }
}

TEST_F(Curves, ThatCannotBeDrawnLeaveNoFile) {
  EXPECT_THROW(draw_lines("nonsense"), Error);
  EXPECT_FALSE(std::filesystem::exists(path("curves.png")));
  EXPECT_THROW(draw_lines(two_stages(2), {.width = 1000}), Error);
  EXPECT_THROW(draw_lines(two_stages(2), {}, "curves.gif"), Error);
}

}  // namespace
}  // namespace tsimcne
