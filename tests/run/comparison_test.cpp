#include "tsimcne/run/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/random.hpp"
#include "tsimcne/run/comparison_report.hpp"
#include "tsimcne/run/comparison_table.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_of(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> names;
  for (const ComparedRun& run : runs) names.push_back(run.name);
  return names;
}

/// What is wrong, as the Error says it; "" where nothing is.
template <class Work>
std::string refusal(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string refusal_of(const std::vector<std::string>& names) {
  return refusal([&] { runs_for(names); });
}

TEST(ComparedRuns, ThatTakeNoBudgetComeFirstAndThoseOnOthersLast) {
  const auto runs = runs_for(std::vector<std::string>{"simclr+tsne", "tsimcne", "pca", "simclr"});
  EXPECT_EQ(names_of(runs), (std::vector<std::string>{"pca", "simclr", "tsimcne", "simclr+tsne"}));
  EXPECT_TRUE(runs[1].asked);
  EXPECT_EQ(runs[3].method, "tsne");
  EXPECT_EQ(runs[3].on, "simclr");
}

TEST(ComparedRuns, AreThereForOthersOnce) {
  const auto runs = runs_for(std::vector<std::string>{"simclr+tsne", "simclr+pca"});
  EXPECT_EQ(names_of(runs), (std::vector<std::string>{"simclr", "simclr+tsne", "simclr+pca"}));
  EXPECT_FALSE(runs[0].asked);
}

TEST(ComparedRuns, OfUnknownMethodsAreRefused) {
  EXPECT_NE(refusal_of({"pca", "tsn"}).find("\"tsn\"; there are tsimcne, simclr"),
            std::string::npos);
  EXPECT_NE(refusal_of({"sim+tsne"}).find("\"sim\""), std::string::npos);
  EXPECT_NE(refusal_of({"pca+tsne+pca"}).find("\"tsne+pca\""), std::string::npos);
  EXPECT_NE(refusal_of({"pca+tsimcne"}).find("takes no features"), std::string::npos);
  EXPECT_NE(refusal_of({"../pca"}).find("no method"), std::string::npos);
  EXPECT_NE(refusal_of({""}).find("no method"), std::string::npos);
}

TEST(ComparedRuns, ShareTheBudgetThatOthersLeave) {
  const auto runs = runs_for(std::vector<std::string>{"simclr+tsne", "tsimcne", "pca", "simclr"});
  EXPECT_EQ(share_of_budget(100, 10, runs), 45);
  EXPECT_EQ(share_of_budget(100, 200, runs), 1);
}

class ComparisonTest : public testing::Test {
 protected:
  ComparisonTest() {
    std::vector<float> values;
    Random random(1, Stream::subset);
    for (int i = 0; i < 3 * rows; ++i) values.push_back(static_cast<float>(random.uniform()));
    write_npy(NpyView(std::span<const float>(values), {rows, 3}), path("rows.npy"));
  }

  fs::path path(const std::string& name) const { return folder_.path() / name; }

  Settings given(const std::string& methods) const {
    Settings settings = comparison_settings();
    settings.give("input", path("rows.npy").string());
    settings.give("methods", methods);
    return settings;
  }

  /// As if a child had made it.
  void finish(Comparison& comparison, const std::string& name, double seconds) const {
    const ComparedRun& run = comparison.run(name);
    Map map;
    map.points = Matrix(rows, 2);
    for (int64_t i = 0; i < 2 * rows; ++i)
      map.points.values[static_cast<size_t>(i)] = static_cast<float>(i * i % 17);
    map.catalog.paths.assign(rows, "row");
    map.catalog.labels.assign(rows, -1);
    map.catalog.splits.assign(rows, Split::none);
    write_map(map, comparison.folder_of(name));
    write_whole_file(comparison.folder_of(name) / "config.toml", "[fit]\n");
    comparison.set_record(run, {.finished = true, .seconds = seconds, .memory = 3 << 20});
  }

  static constexpr int64_t rows = 40;
  TemporaryFolder folder_;
};

TEST_F(ComparisonTest, GoesOnWithWhatIsThere) {
  {
    Comparison comparison = Comparison::open(path("report"), given("pca,tsne"));
    EXPECT_FALSE(comparison.is_finished("pca"));
    finish(comparison, "pca", 2.5);
  }
  const Comparison again = Comparison::open(path("report"), comparison_settings());
  EXPECT_EQ(again.names(), (std::vector<std::string>{"pca", "tsne"}));
  EXPECT_TRUE(again.is_finished("pca"));
  EXPECT_EQ(again.record("pca").seconds, 2.5);
  EXPECT_FALSE(again.is_finished("tsne"));
  fs::remove_all(path("report") / "pca");
  EXPECT_FALSE(again.is_finished("pca"));
}

TEST_F(ComparisonTest, KnowsNoTimeOfARunThatWasThereBefore) {
  Comparison comparison = Comparison::open(path("report"), given("pca,tsne"));
  fs::create_directories(path("report") / "pca");
  write_whole_file(path("report") / "pca" / "config.toml", "[fit]\n");
  for (const char* const name : {"pca", "tsne"}) comparison.begin(comparison.run(name));
  EXPECT_FALSE(comparison.record("pca").seconds.has_value());
  EXPECT_EQ(comparison.record("tsne").seconds, 0);
  EXPECT_EQ(comparison.command_for(comparison.run("pca")).back(), "--resume");
}

TEST_F(ComparisonTest, RefusesOtherFoldersAndOtherRequests) {
  const auto opening = [&](const Settings& settings) {
    return refusal([&] { Comparison::open(path("report"), settings); });
  };
  fs::create_directories(path("report"));
  folder_.write("report/mine.txt", "");
  EXPECT_NE(opening(given("pca")).find("is not a comparison"), std::string::npos);
  fs::remove(path("report") / "mine.txt");
  EXPECT_NE(opening(comparison_settings()).find("needs INPUT"), std::string::npos);
  Settings settings = given("pca");
  settings.give("perplexity", "5");
  EXPECT_NE(opening(settings).find("--perplexity is of the method"), std::string::npos);
  settings = given("pca");
  settings.give("budget", "5m");
  EXPECT_NE(opening(settings).find("--budget is of the methods"), std::string::npos);
  EXPECT_TRUE(fs::is_empty(path("report"))) << "it was not begun";
  settings = given("pca");
  settings.give("seed", "3");
  EXPECT_EQ(opening(settings), "");
  EXPECT_EQ(opening(given("pca,tsne")), "");
  settings.give("seed", "4");
  EXPECT_NE(opening(settings).find("--seed 4 is not what the comparison"), std::string::npos);
  write_whole_file(path("report") / "comparison.json", "{\"settings\": 3}");
  EXPECT_NE(opening(settings).find("is damaged"), std::string::npos);
}

TEST_F(ComparisonTest, TellsEachMethodWhatItTakes) {
  Settings settings = given("tsimcne,pca,simclr+tsne");
  settings.give("perplexity", "5");
  settings.give("seed", "3");
  settings.give("budget", "100s");
  settings.give("freeze-backbone", "true");
  Comparison comparison = Comparison::open(path("report"), settings);
  comparison.set_record(comparison.run("pca"), {.finished = true, .seconds = 10});
  const auto has = [&](const std::string& run, const std::string& word) {
    const auto words = comparison.command_for(comparison.run(run));
    return std::ranges::find(words, word) != words.end();
  };
  EXPECT_TRUE(has("simclr+tsne", "--perplexity=5"));
  EXPECT_TRUE(has("simclr+tsne", "--on=" + (path("report") / "simclr").string()));
  EXPECT_FALSE(has("simclr+tsne", "--budget=45.0s"));
  EXPECT_TRUE(has("tsimcne", "--budget=45.0s"));
  EXPECT_TRUE(has("simclr", "--budget=45.0s"));
  EXPECT_TRUE(has("tsimcne", "--freeze-backbone"));
  EXPECT_FALSE(has("pca", "--freeze-backbone"));
  EXPECT_FALSE(has("pca", "--perplexity=5"));
  EXPECT_TRUE(has("pca", "--seed=3"));
}

TEST_F(ComparisonTest, ReportsMapsAndProblemsSideBySide) {
  Comparison comparison = Comparison::open(path("report"), given("pca,tsne,tsimcne"));
  finish(comparison, "pca", 2.5);
  finish(comparison, "tsne", 90);
  comparison.set_record(comparison.run("tsimcne"), {.problem = "it crashed, \"so\" | to say"});
  const ComparisonReport report = measure_comparison(comparison);
  ASSERT_EQ(report.rows.size(), 3u);
  EXPECT_EQ(report.problems(), 1);
  EXPECT_GT(report.rows[0].kept.value(), 0.1);
  EXPECT_FALSE(report.rows[0].accuracy.has_value()) << "it has no labels";
  write_report(comparison, report);
  const std::string text = text_of(table_of(report));
  EXPECT_NE(text.find("tsimcne  it crashed"), std::string::npos) << text;
  EXPECT_NE(text.find("1m 30s"), std::string::npos) << text;
  EXPECT_EQ(text.find("kNN accuracy"), std::string::npos) << text;
  const std::string csv = read_whole_file(path("report") / "report.csv");
  EXPECT_NE(csv.find("\ntsne,,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",90.00,3145728,\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\"it crashed, \"\"so\"\" | to say\""), std::string::npos) << csv;
  const std::string markdown = read_whole_file(path("report") / "report.md");
  EXPECT_NE(markdown.find("| tsimcne | it crashed, \"so\" \\| to say |"), std::string::npos);
  for (const char* const name : {"maps.png", "maps.svg", "report.html"}) {
    EXPECT_TRUE(fs::exists(path("report") / name)) << name;
  }
}

TEST_F(ComparisonTest, CountsTheTimeOfTheRunWhoseFeaturesAreTaken) {
  Comparison comparison = Comparison::open(path("report"), given("simclr+tsne"));
  comparison.set_record(comparison.run("simclr"), {.finished = true, .seconds = 30, .memory = 7});
  finish(comparison, "simclr+tsne", 12);
  const ComparisonReport report = measure_comparison(comparison);
  EXPECT_EQ(report.rows[0].seconds, 42);
}

}  // namespace
}  // namespace tsimcne
