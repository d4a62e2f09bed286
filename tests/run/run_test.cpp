#include "tsimcne/run/run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class RunTest : public testing::Test {
 protected:
  RunTest() { write_small_images(path("images"), 40, 16); }

  fs::path path(const char* name) const { return folder_.path() / name; }

  /// A small run of the fast recipe on a dictionary.
  Settings small() const {
    Settings settings = run_settings();
    settings.give("input", path("images").string());
    settings.give("dictionary", "32,3,2");
    settings.give("epochs", "2,3");
    settings.give("deterministic", "true");
    return settings;
  }

  /// What is wrong, as the Error says it; "" where nothing is.
  std::string refusal(const Settings& settings, bool force = false) const {
    try {
      tsimcne::Run::begin(settings, path("run"), {}, force);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

void finish(Run run) {
  while (!run.finished()) run.advance();
  run.finish();
}

TEST_F(RunTest, IsResumedToTheSameMapFromAnyMoment) {
  finish(tsimcne::Run::begin(small(), path("whole")));
  const std::string whole = read_whole_file(path("whole") / "map.npy");
  for (const int pieces : {0, 1, 2, 4}) {
    const fs::path there = path("parts") / std::to_string(pieces);
    {
      tsimcne::Run run = tsimcne::Run::begin(small(), there);
      for (int i = 0; i < pieces; ++i) run.advance();
      run.save();
    }
    finish(tsimcne::Run::resume(there));
    EXPECT_EQ(read_whole_file(there / "map.npy"), whole) << pieces;
    EXPECT_EQ(read_whole_file(there / "config.toml"),
              read_whole_file(path("whole") / "config.toml"));
    const std::string journal = read_whole_file(there / "metrics.jsonl");
    EXPECT_EQ(std::ranges::count(journal, '\n'), 5) << pieces;
  }
}

TEST_F(RunTest, TellsWhatItDoes) {
  std::vector<std::string> said, counted;
  const Listener listener{.say = [&](const std::string& words) { said.push_back(words); },
                          .count =
                              [&](std::string_view doing, int64_t done, int64_t total) {
                                EXPECT_LE(done, total);
                                counted.emplace_back(doing);
                              }};
  tsimcne::Run run = tsimcne::Run::begin(small(), path("run"), listener);
  EXPECT_EQ(said.front(), "40 images of 16 x 16 pixels; 3 labels; train 40\n");
  EXPECT_EQ(run.method().progress().stage, 1);
  EXPECT_EQ(run.method().progress().stages, 2);
  run.advance();
  EXPECT_EQ(counted.front(), "decoding");
  EXPECT_EQ(counted.back(), "reading the features of");
  const Map map = run.finish(listener);  // as it stands
  EXPECT_EQ(map.size(), 40);
  EXPECT_NE(said.back().find("A map of 40 images"), std::string::npos) << said.back();
  EXPECT_FALSE(run.finished());
}

TEST_F(RunTest, EndsWhereItsListenerWantsItTo) {
  const Listener listener{.count = [](std::string_view doing, int64_t, int64_t) {
    if (doing != "decoding") throw Stopped("enough");
  }};
  tsimcne::Run run = tsimcne::Run::begin(small(), path("run"), listener);
  EXPECT_THROW(run.advance(), Stopped);
  EXPECT_THROW(tsimcne::Run::resume(path("run"), listener), Error);  // it is still at work here
}

TEST_F(RunTest, ThatCannotBeginLeavesNothingBehind) {
  Settings settings = small();
  settings.give("input", path("missing").string());
  EXPECT_NE(refusal(settings).find("missing"), std::string::npos);
  fs::create_directory(path("empty"));
  settings.give("input", path("empty").string());
  EXPECT_NE(refusal(settings), "");
  EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(RunTest, ReplacesAnOlderOneOnlyIfToldTo) {
  EXPECT_EQ(refusal(small()), "");
  EXPECT_NE(refusal(small()).find("--force"), std::string::npos);
  EXPECT_EQ(refusal(small(), /*force=*/true), "");
  Settings next = small();
  next.leave_open("dictionary");
  finish(tsimcne::Run::begin(small(), path("run"), {}, /*force=*/true));
  next.give("start-from", path("run").string());
  EXPECT_NE(refusal(next, /*force=*/true).find("lies in the run that --force replaces"),
            std::string::npos);
  EXPECT_TRUE(fs::exists(path("run") / "model.safetensors"));
}

TEST_F(RunTest, SettingsComeBackFromItsConfig) {
  Settings settings = small();
  settings.give("crop-scale", "0.3,0.9");
  settle(settings);
  write_whole_file(path("config.toml"), config_of(settings));
  const Settings back = read_config(path("config.toml"));
  EXPECT_EQ(config_of(back), config_of(settings));
  EXPECT_EQ(back.numbers("epochs"), (std::vector<double>{2, 3}));
  EXPECT_EQ(back.text("recipe"), "fast");
  write_whole_file(path("config.toml"), "[fit]\nspeed=3\n");
  EXPECT_THROW(read_config(path("config.toml")), Error);
  write_whole_file(path("config.toml"), "[fit]\nbatch=1\n");
  EXPECT_THROW(read_config(path("config.toml")), Error);
}

TEST_F(RunTest, AConfigMayBearTheMarksOfEditors) {
  const std::string text = "[fit]\ninput=\"x\"\nbatch=64\n";
  std::string wide = "\xFF\xFE";
  for (const char c : text) wide += {c, '\0'};
  for (const std::string& config : {text, "\xEF\xBB\xBF" + text, wide}) {
    write_whole_file(path("config.toml"), config);
    EXPECT_EQ(read_config(path("config.toml")).whole("batch"), 64);
  }
  write_whole_file(path("config.toml"), "batch=64\n");
  try {
    read_config(path("config.toml"));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("put the line [fit] above it"), std::string::npos)
        << error.what();
  }
}

/// Puts other words into a file.
void edit(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text = read_whole_file(file);
  const size_t at = text.find(from);
  ASSERT_NE(at, text.npos) << text;
  write_whole_file(file, text.replace(at, from.size(), to));
}

TEST_F(RunTest, AnEditedConfigIsRefusedByItsLine) {
  Settings settings = small();
  settings.give("threads", "1");
  { tsimcne::Run run = tsimcne::Run::begin(settings, path("run")); }
  const fs::path config = path("run") / "config.toml";
  const auto refusal_of_resume = [&]() -> std::string {
    try {
      tsimcne::Run::resume(path("run"));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  edit(config, "epochs=[2, 3]", "epochs=[2, 9]");
  EXPECT_NE(refusal_of_resume().find("epochs=[2, 9] is not what the run was started with ([2, 3])"),
            std::string::npos)
      << refusal_of_resume();
  edit(config, "epochs=[2, 9]", "epochs = [2,3]  # as it was");
  EXPECT_EQ(refusal_of_resume(), "");
  edit(config, "seed=0\n", "seed=7\n");
  EXPECT_NE(refusal_of_resume().find("seed=7"), std::string::npos);
  edit(config, "seed=7\n", "seed=0\n");
  edit(config, "threads=1", "threads=2");
  EXPECT_EQ(refusal_of_resume(), "");
  EXPECT_EQ(read_config(config).whole("cores"), 2);
}

/// A program may be killed when it has written down what the config will say, and not yet said it.
TEST_F(RunTest, AConfigThatWasNotWrittenYetIsNoEditedOne) {
  { tsimcne::Run run = tsimcne::Run::begin(small(), path("run")); }
  const fs::path config = path("run") / "config.toml";
  const std::string before = read_whole_file(config);
  RunFolder::read(path("run")).write_config(before + "limit=7\n");
  write_whole_file(config, before);
  { tsimcne::Run run = tsimcne::Run::resume(path("run")); }
  edit(config, "seed=0\n", "seed=7\n");
  EXPECT_THROW(tsimcne::Run::resume(path("run")), Error);
}

TEST_F(RunTest, GoesOnWithOtherCoresAndSaysSo) {
  std::string said;
  const Listener listener{.say = [&](const std::string& words) { said += words; }};
  Settings settings = small();
  settings.give("threads", "1");
  { tsimcne::Run run = tsimcne::Run::begin(settings, path("run"), listener); }
  EXPECT_EQ(said.find("last digits"), std::string::npos) << said;
  finish(tsimcne::Run::resume(path("run"), listener, 2));
  EXPECT_NE(said.find("goes on 2 cores, and the run was begun on 1"), std::string::npos) << said;
  EXPECT_EQ(read_config(path("run") / "config.toml").whole("threads"), 2);

  // Where none were given, a config names none, so that another machine takes all of its own.
  { tsimcne::Run run = tsimcne::Run::begin(small(), path("all")); }
  EXPECT_FALSE(read_config(path("all") / "config.toml").has("threads"));
  EXPECT_GT(read_config(path("all") / "config.toml").whole("cores"), 0);
}

TEST_F(RunTest, LabelsOfOtherImagesArePutAside) {
  std::string said;
  const Listener listener{.say = [&](const std::string& words) { said += words; }};
  const fs::path labels = path("run") / "labels.csv";
  const auto begin = [&](const char* images) {
    Settings settings = small();
    settings.give("input", path(images).string());
    tsimcne::Run::begin(settings, path("run"), listener, /*force=*/true);
  };
  begin("images");
  write_whole_file(labels, "path,label\nx.png,mine\n");
  begin("images");  // the same
  EXPECT_TRUE(fs::exists(labels));
  EXPECT_EQ(said.find("labels.csv"), std::string::npos) << said;
  write_small_images(path("others"), 41, 16);
  begin("others");
  EXPECT_FALSE(fs::exists(labels));
  EXPECT_NE(said.find("labels.csv is of other images and is now labels.csv.old\n"),
            std::string::npos)
      << said;
  EXPECT_EQ(read_whole_file(path("run") / "labels.csv.old"), "path,label\nx.png,mine\n");
  write_whole_file(labels, "path,label\ny.png,mine\n");
  begin("images");
  EXPECT_EQ(read_whole_file(path("run") / "labels.csv.old2"), "path,label\ny.png,mine\n");
}

TEST_F(RunTest, AConfigOfAnEarlierVersionNamesNoMethod) {
  write_whole_file(path("config.toml"), "[fit]\ninput=\"x\"\nrecipe=\"simclr\"\nbatch=64\n");
  const Settings settings = read_config(path("config.toml"));
  EXPECT_EQ(settings.text("method"), "tsimcne");
  EXPECT_EQ(settings.text("recipe"), "simclr");
}

TEST_F(RunTest, AMethodRefusesTheSettingsOfOthers) {
  Settings settings = run_settings();
  settings.give("input", path("images").string());
  settings.give("method", "pca");
  settings.give("batch", "64");
  EXPECT_EQ(refusal(settings),
            "--batch is of the methods tsimcne and simclr, not of pca; leave it out");
  settings.leave_open("batch");
  settings.give("on", path("nothing.npy").string());
  EXPECT_NE(refusal(settings).find("--on"), std::string::npos);
}

TEST_F(RunTest, EverySettingSaysWhatItDoes) {
  for (const Setting& setting : settings_of_runs()) {
    EXPECT_FALSE(setting.sentence.empty()) << setting.name;
    EXPECT_EQ(setting.type.empty() && !setting.group.empty(), setting.kind == Setting::Kind::flag)
        << setting.name;
    for (const std::string& method : setting.methods) method_named(method);
    if (!setting.initial.empty()) {
      Settings given = run_settings();
      EXPECT_NO_THROW(given.give(setting.name, setting.initial)) << setting.name;
    }
  }
}

TEST_F(RunTest, OfPrincipalComponentsPlacesNewImages) {
  Settings settings = run_settings();
  settings.give("input", path("images").string());
  settings.give("method", "pca");
  finish(tsimcne::Run::begin(settings, path("run")));
  const Map map = read_map(path("run"), true);
  EXPECT_EQ(map.points.cols, 2);
  EXPECT_NE(map.note.find("of the variance"), std::string::npos) << map.note;

  const auto placing = load_placing(path("run"), read_config(path("run") / "config.toml"), "cpu");
  EXPECT_EQ(placing->side(), 16);
  const ImageSet images = open_images(path("images"));
  const Map placed = placing->transform({images, nullptr, images.catalog()});
  EXPECT_EQ(placed.points.values, map.points.values);
  finish(tsimcne::Run::resume(path("run")));
  EXPECT_EQ(read_map(path("run"), false).points.values, map.points.values);
}

TEST_F(RunTest, OfPrincipalComponentsOnARunsFeatures) {
  finish(tsimcne::Run::begin(small(), path("earlier")));
  Settings settings = run_settings();
  settings.give("input", path("images").string());
  settings.give("method", "pca");
  settings.give("on", path("earlier").string());
  finish(tsimcne::Run::begin(settings, path("run")));
  const Map map = read_map(path("run"), true);
  EXPECT_EQ(map.features.values, read_map(path("earlier"), true).features.values);
  const auto placing = load_placing(path("run"), read_config(path("run") / "config.toml"), "cpu");
  const ImageSet images = open_images(path("images"));
  const Map placed = placing->transform({images, nullptr, images.catalog()});
  for (size_t i = 0; i < map.points.values.size(); ++i) {
    EXPECT_NEAR(placed.points.values[i], map.points.values[i], 1e-4);
  }
  settings.give("limit", "20");
  EXPECT_NE(refusal(settings, /*force=*/true).find("expected one an image"), std::string::npos);
}

Matrix random_rows(int64_t n, int64_t columns) {
  Random random(3, Stream::subset);
  Matrix rows(n, columns);
  for (float& x : rows.values) x = static_cast<float>(random.uniform());
  return rows;
}

TEST_F(RunTest, OfTsneIsResumedToTheSameMap) {
  const Matrix rows = random_rows(1800, 3);  // some seconds' work
  write_npy({std::span<const float>(rows.values), {1800, 3}}, path("rows.npy"));
  Settings settings = run_settings();
  settings.give("input", path("rows.npy").string());
  settings.give("method", "tsne");
  settings.give("perplexity", "5");
  finish(tsimcne::Run::begin(settings, path("whole")));
  {
    tsimcne::Run run = tsimcne::Run::begin(settings, path("run"));
    run.advance();
    EXPECT_FALSE(run.finished());
    EXPECT_EQ(run.finish().size(), 1800);  // as it stands
  }
  finish(tsimcne::Run::resume(path("run")));
  EXPECT_EQ(read_map(path("run"), false).points.values,
            read_map(path("whole"), false).points.values);
  EXPECT_EQ(read_map(path("run"), false).note, read_map(path("whole"), false).note);
  finish(tsimcne::Run::resume(path("run")));  // which has ended
  EXPECT_EQ(read_map(path("run"), false).note, read_map(path("whole"), false).note);
  settings.give("method", "pca");
  settings.leave_open("perplexity");
  EXPECT_EQ(refusal(settings, /*force=*/true), "");
}

TEST_F(RunTest, OfTsnePlacesNewRowsBesideItsPoints) {
  const Matrix rows = random_rows(300, 3);
  write_npy({std::span<const float>(rows.values), {300, 3}}, path("rows.npy"));
  Settings settings = run_settings();
  settings.give("input", path("rows.npy").string());
  settings.give("method", "tsne");
  settings.give("perplexity", "10");
  finish(tsimcne::Run::begin(settings, path("run")));
  const auto placing = load_placing(path("run"), settings, "cpu");
  EXPECT_EQ(placing->side(), 0);
  const auto again = std::make_shared<const Matrix>(rows);
  const Map map = read_map(path("run"), false),
            placed = placing->transform({{}, again, map.catalog});
  const Neighbors near = find_neighbors(placed.points, map.points, 10);
  int64_t beside = 0;  // the point of the same row
  for (int64_t i = 0; i < 300; ++i) beside += std::ranges::count(near.row(i), i);
  EXPECT_GT(beside, 270);
  const auto wider = std::make_shared<const Matrix>(random_rows(2, 4));
  EXPECT_THROW(placing->transform({{}, wider, Catalog{}}), Error);
}

TEST_F(RunTest, OfUmapIsResumedToTheSameMapAndPlacesNewRows) {
  const Matrix rows = random_rows(6000, 2);  // some tenths of a second's work
  write_npy({std::span<const float>(rows.values), {6000, 2}}, path("rows.npy"));
  Settings settings = run_settings();
  settings.give("input", path("rows.npy").string());
  settings.give("method", "umap");
  finish(tsimcne::Run::begin(settings, path("whole")));
  {
    tsimcne::Run run = tsimcne::Run::begin(settings, path("run"));
    run.advance();
    EXPECT_FALSE(run.finished());
    run.save();
  }
  finish(tsimcne::Run::resume(path("run")));
  const Map map = read_map(path("run"), false);
  EXPECT_EQ(map.points.values, read_map(path("whole"), false).points.values);
  const auto again = std::make_shared<const Matrix>(rows);
  const Map placed =
      load_placing(path("run"), settings, "cpu")->transform({{}, again, map.catalog});
  const Neighbors near = find_neighbors(placed.points, map.points, 30);
  int64_t beside = 0;  // the point of the same row
  for (int64_t i = 0; i < rows.rows; ++i) beside += std::ranges::count(near.row(i), i);
  EXPECT_GT(beside, 5400);
}

TEST_F(RunTest, OfUmapOfAFewRowsLowersTheNeighbors) {
  for (const int64_t n : {2, 3}) {
    const Matrix rows = random_rows(n, 1);
    write_npy({std::span<const float>(rows.values), {n, 1}}, path("rows.npy"));
    Settings settings = run_settings();
    settings.give("input", path("rows.npy").string());
    settings.give("method", "umap");
    std::string told;
    const Listener listener{.say = [&](const std::string& words) { told += words; }};
    finish(tsimcne::Run::begin(settings, path("run"), listener, /*force=*/true));
    EXPECT_NE(told.find(fmt::format("it is {}", n)), std::string::npos) << told;
    for (const float x : read_map(path("run"), false).points.values) EXPECT_TRUE(std::isfinite(x));
  }
}

TEST_F(RunTest, OfRowsOfNumbers) {
  const std::vector<float> numbers{0, 0, 1, 4, 0, 1, 8, 1, 1, 12, 1, 1};
  write_npy({std::span(numbers), {4, 3}}, path("rows.npy"));
  Settings settings = run_settings();
  settings.give("input", path("rows.npy").string());
  EXPECT_NE(refusal(settings).find("methods that take rows are pca, tsne"), std::string::npos);
  settings.give("method", "pca");
  finish(tsimcne::Run::begin(settings, path("run")));
  const Map map = read_map(path("run"), true);
  ASSERT_EQ(map.size(), 4);
  EXPECT_EQ(map.catalog.paths[2], "row 3");
  EXPECT_EQ(map.features.values, numbers);
  EXPECT_TRUE(fs::exists(path("run") / "map.png"));
  const auto placing = load_placing(path("run"), read_config(path("run") / "config.toml"), "cpu");
  EXPECT_EQ(placing->side(), 0);
  settings.give("limit", "2");
  EXPECT_NE(refusal(settings, /*force=*/true).find("--limit is for images"), std::string::npos);
}

}  // namespace
}  // namespace tsimcne
