// What people bring as images, through the program.

#include <gtest/gtest.h>

#include <fstream>

#include "tests/app/program.hpp"
#include "tests/images/fixtures.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

class Inputs : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  void write_classes(const std::string& in) {
    for (int i = 0; i < 8; ++i) {
      folder_.write(fmt::format("{}/red/{}.png", in, i), small_png({200 + i, 10 * i, 0}));
      folder_.write(fmt::format("{}/blue/{}.png", in, i), small_png({0, 20 * i, 200 + i}));
    }
  }

  /// Makes a map in a second or two.
  Outcome fit(std::vector<std::string> inputs, const std::string& run,
              const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"fit"};
    words.insert(words.end(), inputs.begin(), inputs.end());
    for (const std::string& word :
         {std::string("-o"), path(run), std::string("--epochs"), std::string("0.1,0.1"),
          std::string("--backbone"), std::string("resnet-fast"), std::string("--threads"),
          std::string("2")}) {
      words.push_back(word);
    }
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }

  static void expect_told(const Outcome& outcome, const std::string& words) {
    EXPECT_NE(outcome.printed.find(words), std::string::npos)
        << "expected: " << words << "\nprinted: " << outcome.printed;
  }

  TemporaryFolder folder_;
};

TEST_F(Inputs, SeveralFoldersAreFittedReplayedAndPlaced) {
  write_classes("in");
  const Outcome made = fit({path("in/red"), path("in/blue")}, "run");
  ASSERT_EQ(made.status, 0) << made.printed;
  expect_told(made, "16 images of 8 x 8 pixels; 2 labels");
  const auto rows = parse_csv(read_whole_file(path("run/map.csv")), "map.csv");
  EXPECT_EQ(rows[1][5], "red/0.png");
  expect_told({0, read_whole_file(path("run/config.toml"))},
              fmt::format("input=[\"{}\", \"{}\"]", path("in/red"), path("in/blue")));
  const Outcome again =
      run_program({"fit", "--config", path("run/config.toml"), "-o", path("again")});
  ASSERT_EQ(again.status, 0) << again.printed;
  EXPECT_EQ(read_whole_file(path("again/map.npy")), read_whole_file(path("run/map.npy")));
  EXPECT_EQ(run_program({"fit", "-o", path("run"), "--resume"}).status, 0);

  const Outcome one =
      run_program({"transform", path("run"), path("in/red/3.png"), "-o", path("one.csv")});
  ASSERT_EQ(one.status, 0) << one.printed;
  expect_told(one, "1 image of 8 x 8 pixels; no labels");
  EXPECT_EQ(parse_csv(read_whole_file(path("one.csv")), "one.csv").size(), 2u);
  const Outcome two = run_program(
      {"transform", path("run"), path("in/red/3.png"), path("in/blue"), "-o", path("two.csv")});
  ASSERT_EQ(two.status, 0) << two.printed;
  EXPECT_EQ(parse_csv(read_whole_file(path("two.csv")), "two.csv").size(), 10u);
  expect_told(run_program({"info", path("in/red"), path("in/blue")}), "16 images");
}

TEST_F(Inputs, ImagesOfAPixelMakeARunThatAllCommandsRead) {
  for (int i = 0; i < 20; ++i) {
    folder_.write(fmt::format("in/{:02}.ppm", i),
                  "P6 1 1 255\n" + Bytes({static_cast<char>(8 * i), 0, 99}));
  }
  const Outcome made = fit({path("in")}, "run");
  ASSERT_EQ(made.status, 0) << made.printed;
  expect_told(made, "20 images of 8 x 8 pixels");
  EXPECT_EQ(run_program({"fit", "-o", path("run"), "--resume"}).status, 0);
  EXPECT_EQ(run_program({"explore", path("run"), "--export", path("map.html")}).status, 0);
}

TEST_F(Inputs, WhatIsCutAndImagesThatAreAllTheSameAreTold) {
  const auto strip = [](Colour colour) {
    return encode(
        draw(400, 20, 3,
             [=](int x, int, int b) { return x < 120 ? colour[static_cast<size_t>(b)] : 255; }),
        ".png");
  };
  for (int i = 0; i < 24; ++i) {
    folder_.write(fmt::format("in/{:02}.png", i), strip(i % 2 == 0 ? red : blue));
  }
  const Outcome made = fit({path("in")}, "run");
  ASSERT_EQ(made.status, 0) << made.printed;
  expect_told(made,
              "Note: of 400 x 20 pixels the 20 x 20 in the middle are kept; --fit pad keeps all.");
  expect_told(made, "Note: all 24 images are the same, pixel by pixel.");
  EXPECT_EQ(made.printed.find("More --epochs"), std::string::npos) << made.printed;
  const Outcome padded = fit({path("in")}, "padded", {"--fit", "pad"});
  expect_told(padded, "24 images of 64 x 64 pixels");
  EXPECT_EQ(padded.printed.find("Note:"), std::string::npos) << padded.printed;
}

TEST_F(Inputs, ARunInsideItsInputIsPassedOver) {
  write_classes("in");
  ASSERT_EQ(fit({path("in")}, "in/map").status, 0);
  const Outcome second = fit({path("in")}, "second");
  expect_told(second, "16 images of 8 x 8 pixels; 2 labels");
  expect_told(second, "Note: map is the work of tsimcne and passed over.");
  EXPECT_EQ(read_whole_file(path("second/map.npy")), read_whole_file(path("in/map/map.npy")));
  expect_told(fit({path("in/map")}, "third"), "is a map that tsimcne made, not images");
}

TEST_F(Inputs, InfoTellsWhatIsRead) {
  const Outcome outcome = run_program({"info", "--formats"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  for (const char* words : {"a folder of images", "a .tar or .zip of one", "WebDataset", "BMP",
                            "JPEG", "ICO", "convert it to PNG"}) {
    expect_told(outcome, words);
  }
  const std::string documented = read_whole_file(fs::path(TEST_DATA) / "../../docs/formats.md");
  for (const char* name : {"JPEG XL", "HEIF", "BMP", "PPM", "TIFF", "WebP", "SVG"}) {
    EXPECT_NE(documented.find(name), std::string::npos) << name;
  }
}

TEST_F(Inputs, TheWholeCorpusOfBrokenFilesEndsWithAMap) {
  const fs::path in = folder_.path() / "in";
  fs::copy(fs::path(TEST_DATA), in, fs::copy_options::recursive);
  const Outcome made = fit({in.string()}, "run");
  ASSERT_EQ(made.status, 0) << made.printed;
  const auto skipped = parse_csv(read_whole_file(path("run/skipped.csv")), "skipped.csv");
  const auto rows = parse_csv(read_whole_file(path("run/map.csv")), "map.csv");
  size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(in)) {
    const std::string name = entry.path().filename().string();
    files += entry.is_regular_file() && name != "metadata.csv" && name != "metadata.jsonl";
  }
  EXPECT_EQ(skipped.size() - 1 + rows.size() - 1, files);
}

}  // namespace
}  // namespace tsimcne
