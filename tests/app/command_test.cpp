// The subcommands as a person uses them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/app/program.hpp"
#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/map/map.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// A small run that all tests look at.
class Command : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    write_small_images(input(), 60, 16);
    made_ = new Outcome(run_program(fit(run(), {})));
    ASSERT_EQ(made_->status, 0) << made_->printed;
  }
  static void TearDownTestSuite() {
    delete folder_;
    delete made_;
  }

  static fs::path input() { return folder_->path() / "images"; }
  static fs::path run() { return folder_->path() / "run"; }
  static std::string path(const std::string& name) { return (folder_->path() / name).string(); }

  static std::vector<std::string> fit(const fs::path& run, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        "fit", input().string(), "-o",    run.string(), "--backbone", "resnet-small", "--batch",
        "16",  "--epochs",       "2,1,1", "--threads",  "2",          "--recipe",     "paper"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  static void expect_refused(const std::vector<std::string>& arguments, const std::string& words,
                             int status = 2) {
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.status, status) << outcome.printed;
    EXPECT_NE(outcome.printed.find(words), std::string::npos)
        << "expected: " << words << "\nprinted: " << outcome.printed;
  }

  static inline TemporaryFolder* folder_ = nullptr;
  static inline Outcome* made_ = nullptr;
};

TEST_F(Command, FitWritesAllFilesOfARun) {
  for (const char* name :
       {"config.toml", "images.pack", "model.safetensors", "map.csv", "map.npy", "features.npy",
        "metrics.jsonl", "map.png", "skipped.csv", "checkpoint.safetensors"}) {
    EXPECT_TRUE(fs::exists(run() / name)) << name;
  }
  const auto rows = parse_csv(read_whole_file(run() / "map.csv"), "map.csv");
  ASSERT_EQ(rows.size(), 61u);
  EXPECT_EQ(rows[0], (std::vector<std::string>{"id", "x", "y", "label", "split", "path"}));
  EXPECT_EQ(rows[5][0], "4");
  EXPECT_EQ(rows[5][3], "1");
  const Map map = read_map(run(), true);
  EXPECT_EQ(map.points.cols, 2);
  EXPECT_EQ(map.features.cols, 128);
  EXPECT_EQ(made_->printed.find('\x1b'), std::string::npos) << "no live line where no terminal is";
}

TEST_F(Command, MetricsHaveALineAnEpoch) {
  const std::string lines = read_whole_file(run() / "metrics.jsonl");
  EXPECT_EQ(std::ranges::count(lines, '\n'), 4);
  const auto first = nlohmann::json::parse(lines.substr(0, lines.find('\n')));
  for (const char* name : {"stage", "epoch", "loss", "attraction", "repulsion", "learning_rate",
                           "views_per_second", "seconds"}) {
    EXPECT_TRUE(first.contains(name)) << name;
  }
}

TEST_F(Command, TheConfigReplaysTheRun) {
  const fs::path again = folder_->path() / "again";
  const Outcome outcome =
      run_program({"fit", "--config", (run() / "config.toml").string(), "-o", again.string()});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_EQ(read_whole_file(again / "map.npy"), read_whole_file(run() / "map.npy"));
  EXPECT_EQ(read_whole_file(again / "config.toml"), read_whole_file(run() / "config.toml"));
}

TEST_F(Command, TheConfigHoldsEveryOptionThatHelpNames) {
  const std::string help = run_program({"fit", "--help"}).printed;
  const std::string config = read_whole_file(run() / "config.toml");
  for (const char* name : {"recipe", "epochs", "batch", "backbone", "out-dim", "augment",
                           "crop-scale", "image-size", "fit", "seed", "threads", "device"}) {
    EXPECT_NE(help.find(fmt::format("--{}", name)), std::string::npos) << name;
    EXPECT_NE(config.find(fmt::format("\n{}=", name)), std::string::npos) << name;
  }
}

/// The whole command takes its time, and the plan, not the budget, is what is replayed.
TEST_F(Command, ABudgetIsPlannedAndThePlanIsReplayed) {
  const fs::path planned = folder_->path() / "planned", again = folder_->path() / "planned-again";
  const auto start = std::chrono::steady_clock::now();
  Outcome outcome = run_program({"fit", input().string(), "-o", planned.string(), "--budget", "12s",
                                 "--backbone", "resnet-small"});
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_NE(outcome.printed.find("Plan for 12s"), std::string::npos) << outcome.printed;
  EXPECT_LT(taken.count(), 60);  // a busy machine is slower than it was when it was measured
  const std::string config = read_whole_file(planned / "config.toml");
  EXPECT_EQ(config.find("budget"), std::string::npos) << config;
  outcome =
      run_program({"fit", "--config", (planned / "config.toml").string(), "-o", again.string()});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_EQ(read_whole_file(again / "map.npy"), read_whole_file(planned / "map.npy"));
}

/// Seen in what libgomp says of itself when it is loaded.
TEST_F(Command, ThreadsOfATrainingSpinBrieflyUnlessToldOtherwise) {
  const std::vector<std::string> fit = {"fit", path("missing"), "-o", path("x")};
  ::setenv("OMP_DISPLAY_ENV", "verbose", 1);
  EXPECT_NE(run_program(fit).printed.find("GOMP_SPINCOUNT = '1000'"), std::string::npos);
  ::setenv("OMP_WAIT_POLICY", "passive", 1);
  EXPECT_EQ(run_program(fit).printed.find("GOMP_SPINCOUNT = '1000'"), std::string::npos);
  ::unsetenv("OMP_WAIT_POLICY");
  ::unsetenv("OMP_DISPLAY_ENV");
}

TEST_F(Command, AConfigWithAnUnknownKeyIsRefused) {
  write_whole_file(path("wrong.toml"), "[fit]\nbach=16\n");
  expect_refused({"fit", input().string(), "-o", path("x"), "--config", path("wrong.toml")},
                 "bach");
  EXPECT_FALSE(fs::exists(path("x")));
  expect_refused({"fit", input().string(), "-o", path("x"), "--config", path("missing.toml")},
                 "missing.toml");
}

TEST_F(Command, PathsWithSpacesSignsAndLettersOfAllKindsAreReplayed) {
  const fs::path odd = folder_->path() / "a b#c=d 'ü' [1], 日本";
  fs::create_directories(odd);
  fs::copy(input(), odd / "images", fs::copy_options::recursive);
  Outcome outcome =
      run_program({"fit", (odd / "images").string(), "-o", (odd / "run").string(), "--backbone",
                   "resnet-small", "--recipe", "paper", "--epochs", "0,0,0"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  outcome = run_program({"fit", "-o", (odd / "run").string(), "--resume"});
  EXPECT_EQ(outcome.status, 0) << outcome.printed;
}

TEST_F(Command, FitRefusesWhatCannotBe) {
  const std::string run_there = run().string(), images = input().string(), x = path("x");
  expect_refused(fit(run(), {}), "--resume", 1);
  expect_refused({"fit", images, "-o", x, "--epoch", "3"}, "did you mean --epochs");
  expect_refused({"fit", images, "-o", x, "--batch", "1"}, "--batch");
  expect_refused({"fit", images, "-o", x, "--batch", "many"}, "--batch");
  expect_refused({"fit", images, "-o", x, "--recipe", "pape"}, "paper");
  expect_refused({"fit", images, "-o", x, "--recipe", "paper", "--epochs", "3,1"}, "3 numbers", 1);
  expect_refused({"fit", images, "-o", x, "--epochs", "3"}, "2 numbers", 1);
  expect_refused({"fit", images, "-o", x, "--epochs", "3,1", "--budget", "3m"}, "--budget", 1);
  expect_refused({"fit", images, "-o", x, "--budget", "3"}, "--budget");
  expect_refused({"fit", images, "-o", x, "--crop-scale", "0.9,0.2"}, "crop-scale", 1);
  expect_refused({"fit", images, "-o", x, "--recipe", "simclr", "--out-dim", "2"}, "128", 1);
  expect_refused({"fit", images, "-o", x, "--labels", "missing.csv"}, "missing.csv", 1);
  expect_refused({"fit", path("missing"), "-o", x}, "missing", 1);
  expect_refused({"fit", "-o", x}, "INPUT", 1);
  expect_refused({"fit", "-o", x, "--resume"}, "not a run", 1);
  expect_refused({"fit", images, "-o", folder_->path().string(), "--force"}, "not a run", 1);
  expect_refused({"fi"}, "did you mean fit");
  EXPECT_FALSE(fs::exists(x));
}

TEST_F(Command, ABudgetThatIsTooShortGivesTheShortestPlan) {
  const Outcome outcome = run_program({"fit", input().string(), "-o", path("short"), "--budget",
                                       "1s", "--backbone", "resnet-small"});
  EXPECT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_NE(outcome.printed.find("A budget of 1s is too short for 60 images here"),
            std::string::npos)
      << outcome.printed;
  EXPECT_NE(outcome.printed.find("training and map take"), std::string::npos) << outcome.printed;
  EXPECT_TRUE(fs::exists(path("short/map.png")));
}

/// A pipe can be read once.
TEST_F(Command, AConfigMayBeAPipe) {
  const std::string script = fmt::format("{} fit --config <(cat {}) -o {}", TSIMCNE_PROGRAM,
                                         (run() / "config.toml").string(), path("piped"));
  ASSERT_EQ(std::system(fmt::format("XDG_CACHE_HOME={} bash -c '{}' > {}", TEST_CACHE, script,
                                    path("piped.log"))
                            .c_str()),
            0)
      << read_whole_file(path("piped.log"));
  EXPECT_EQ(read_whole_file(path("piped/config.toml")), read_whole_file(run() / "config.toml"));
}

TEST_F(Command, AloneItSaysHowToBegin) {
  const Outcome outcome = run_program({});
  EXPECT_EQ(outcome.status, 0);
  for (const char* line :
       {"\n  tsimcne photos/ ", "\n  tsimcne plot photos.map ", "\n  tsimcne --help "}) {
    EXPECT_NE(outcome.printed.find(line), std::string::npos) << outcome.printed;
  }
}

/// The loader prints what it would load in place of starting the program.
TEST_F(Command, LoadsNoLibtorchUntilItLearns) {
  ::setenv("LD_TRACE_LOADED_OBJECTS", "1", 1);
  const std::string libraries = run_program({}).printed;
  ::unsetenv("LD_TRACE_LOADED_OBJECTS");
  EXPECT_NE(libraries.find("libvips"), std::string::npos) << libraries;
  EXPECT_EQ(libraries.find("libtorch"), std::string::npos) << libraries;
}

TEST_F(Command, VersionTellsWhatAReportNeeds) {
  const std::string version = run_program({"--version"}).printed;
  for (const char* line :
       {"tsimcne ", "\nCPU engine ", "\nlibtorch ", "\ninstructions ", "\ncores "}) {
    EXPECT_NE(version.find(line), std::string::npos) << version;
  }
}

TEST_F(Command, InstructionsAreHeldBackWhereThatIsAsked) {
  const char* const before = std::getenv("TSIMCNE_INSTRUCTIONS");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TSIMCNE_INSTRUCTIONS", "sse4", 1);
  EXPECT_EQ(run_program({"--version"}).printed.find("AVX"), std::string::npos);
  EXPECT_EQ(run_program(fit(path("held"), {})).status, 0);
  ::setenv("TSIMCNE_INSTRUCTIONS", "avx3", 1);
  expect_refused({"--version"}, "it can be avx2, sse4 or baseline", 1);
  ::setenv("TSIMCNE_INSTRUCTIONS", kept.c_str(), 1);
}

/// What was said is in a log before more is done.
TEST_F(Command, ALogIsWrittenLineByLine) {
  Program program({"fit", input().string(), "-o", path("logged"), "--budget", "8s", "--backbone",
                   "resnet-small"});
  EXPECT_TRUE(program.wait_for("60 images of 16 x 16 pixels"));
  EXPECT_EQ(program.printed().find("Plan for"), std::string::npos) << program.printed();
  EXPECT_EQ(program.wait(), 0) << program.printed();
}

/// Of a terminal that is closed nothing can be read or written any more.
TEST_F(Command, AClosedTerminalStopsARunAsCtrlCDoes) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) GTEST_SKIP() << "there are no terminals here";
  ::close(terminal);
  std::vector<std::string> long_fit = fit(path("closed"), {});
  std::ranges::replace(long_fit, "2,1,1", "400,1,1");
  Program program(long_fit, Program::Output::terminal);
  EXPECT_TRUE(program.wait_for("stage 1/3  epoch 1/"));
  program.close_output();
  EXPECT_EQ(program.wait(), 128 + SIGHUP);
  EXPECT_TRUE(fs::exists(path("closed/map.npy")));
  EXPECT_TRUE(fs::exists(path("closed/map.png")));
  const Outcome resumed = run_program({"info", path("closed")});
  EXPECT_NE(resumed.printed.find("of 400 epochs"), std::string::npos) << resumed.printed;
}

TEST_F(Command, OutputThatIsLostIsNoSuccess) {
  for (const std::string words : {"--version", "--help", "", "methods", "info --backbones"}) {
    const std::string command = fmt::format("{} {} > /dev/full", TSIMCNE_PROGRAM, words);
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1) << words;
  }
  EXPECT_EQ(WEXITSTATUS(std::system(fmt::format("{} --version >&-", TSIMCNE_PROGRAM).c_str())), 0);
}

/// As a daemon has it: files that are opened then would get the numbers of what is closed, and
/// words would be written into them.
TEST_F(Command, WorksWithNothingToReadFromAndNobodyToTellIt) {
  std::string command = fmt::format("XDG_CACHE_HOME={} {}", TEST_CACHE, TSIMCNE_PROGRAM);
  for (const std::string& argument : fit(path("daemon"), {})) command += " '" + argument + "'";
  EXPECT_EQ(WEXITSTATUS(std::system((command + " <&- >&- 2>&-").c_str())), 0);
  for (const char* name : {"images.pack", "map.csv", "map.npy", "skipped.csv"}) {
    EXPECT_EQ(read_whole_file(folder_->path() / "daemon" / name), read_whole_file(run() / name))
        << name;
  }
}

/// From the supplementary private use area.
const std::string no_fonts_letter = "\xf3\xb0\x84\xa3";

TEST_F(Command, PlotWarnsOfLettersThatNoFontHas) {
  const Outcome plain = run_program({"plot", run().string(), "-o", path("plain.png")});
  EXPECT_EQ(plain.printed.find("Warning"), std::string::npos) << plain.printed;
  const Outcome outcome = run_program(
      {"plot", run().string(), "-o", path("boxes.png"), "--title", "A " + no_fonts_letter});
  EXPECT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_NE(outcome.printed.find("no font here has all letters of \"A "), std::string::npos)
      << outcome.printed;
  EXPECT_NE(outcome.printed.find("install fonts-noto"), std::string::npos) << outcome.printed;
}

TEST_F(Command, ForceReplacesARun) {
  const fs::path there = folder_->path() / "there";
  fs::copy(run(), there, fs::copy_options::recursive);
  write_whole_file(there / "notes.txt", "mine");
  const Outcome outcome = run_program(fit(there, {"--force", "--seed", "5"}));
  EXPECT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_NE(read_whole_file(there / "map.npy"), read_whole_file(run() / "map.npy"));
  EXPECT_EQ(read_whole_file(there / "notes.txt"), "mine");
}

TEST_F(Command, ForceLeavesTheOldRunWhereTheNewOneCannotStart) {
  const std::string map = read_whole_file(run() / "map.npy");
  expect_refused({"fit", path("missing"), "-o", run().string(), "--force"}, "missing", 1);
  EXPECT_EQ(read_whole_file(run() / "map.npy"), map);
}

TEST_F(Command, AResumeThatCannotStartLosesNothing) {
  const fs::path there = folder_->path() / "moved";
  write_small_images(folder_->path() / "gone", 30, 16);
  std::vector<std::string> arguments = fit(there, {});
  arguments[1] = path("gone");
  ASSERT_EQ(run_program(arguments).status, 0);
  fs::remove_all(folder_->path() / "gone");
  EXPECT_EQ(run_program({"fit", "-o", there.string(), "--resume"}).status, 0);  // has its pack
  fs::remove(there / "images.pack");
  expect_refused({"fit", "-o", there.string(), "--resume"}, "gone", 1);
  EXPECT_TRUE(fs::exists(there / "checkpoint.safetensors"));
  EXPECT_TRUE(fs::exists(there / "map.npy"));
}

TEST_F(Command, TransformGivesTheRunsOwnMap) {
  const Map own = read_map(run(), false);
  for (const char* name : {"places.npz", "places.csv", "places.npy"}) {
    const Outcome outcome =
        run_program({"transform", run().string(), input().string(), "-o", path(name)});
    ASSERT_EQ(outcome.status, 0) << outcome.printed;
  }
  const Map placed = read_map_npz(path("places.npz"));
  ASSERT_EQ(placed.size(), own.size());
  for (size_t i = 0; i < own.points.values.size(); ++i) {
    EXPECT_NEAR(placed.points.values[i], own.points.values[i], 1e-4);
  }
  EXPECT_EQ(read_whole_file(path("places.npy")), read_whole_file(run() / "map.npy"));
  EXPECT_EQ(read_whole_file(path("places.csv")), read_whole_file(run() / "map.csv"));
  expect_refused({"transform", run().string(), input().string(), "-o", path("places.csv")},
                 "--force", 1);
  expect_refused({"transform", run().string(), input().string(), "-o", path("places.txt")}, ".csv",
                 1);
}

TEST_F(Command, EvaluateMeasuresLabelsAndNeighbours) {
  const Outcome outcome = run_program({"evaluate", run().string(), "--json"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  const auto result = nlohmann::json::parse(outcome.printed);
  const double accuracy = result["knn_accuracy"]["features"]["random_splits"];
  EXPECT_GT(accuracy, 0.5);  // dark, middle and bright images
  EXPECT_GE(result["neighbours_kept"], 0.0);
  expect_refused({"evaluate", path("missing")}, "missing");
}

TEST_F(Command, EvaluateSaysWhatEachFigureMeans) {
  const Outcome outcome = run_program({"evaluate", run().string(), "--against", run().string()});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  for (const char* words :
       {"Images: 60, with a label: 60, different labels: 3\n", "\nkNN accuracy: the share of",
        "features by cosine, k = 5, random splits", " ± ", "3 x 12 test images", "\nLinear probe: ",
        "\nSilhouette: ", "\nARI: ", "\nAMI: ", "\nNeighbours kept: ", "\nTrustworthiness: ",
        "\nContinuity: ", "\nCorrelation of distances: ", "by features, k = 15"}) {
    EXPECT_NE(outcome.printed.find(words), std::string::npos) << words << "\n" << outcome.printed;
  }
}

TEST_F(Command, EvaluateComparesWithAnotherMap) {
  const Outcome outcome =
      run_program({"evaluate", run().string(), "--against", run().string(), "--json"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  const auto against = nlohmann::json::parse(outcome.printed)["against"];
  for (const char* key : {"neighbours_kept", "trustworthiness", "continuity"}) {
    EXPECT_EQ(against[key], 1.0) << key;
  }
  expect_refused({"evaluate", run().string(), "--against", TEST_DATA "/published_cifar10.npz"},
                 "of 60 images and", 1);
}

TEST_F(Command, EvaluateTakesLabelsOfATable) {
  std::string table = "path,label\n";
  const Map map = read_map(run(), false);
  for (size_t i = 0; i < 40; ++i) {
    table += map.catalog.paths[i] + (i % 2 == 0 ? ",even\n" : ",odd\n");
  }
  write_whole_file(path("labels.csv"), table);
  const Outcome outcome =
      run_program({"evaluate", run().string(), "--labels", path("labels.csv"), "--json"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  const size_t json = outcome.printed.find('{');  // behind words on standard error
  EXPECT_NE(outcome.printed.substr(0, json).find("40 of 60 images are labelled"),
            std::string::npos);
  const auto result = nlohmann::json::parse(outcome.printed.substr(json));
  EXPECT_EQ(result["labelled"], 40);
  EXPECT_EQ(result["labels"], 2);
  expect_refused({"evaluate", TEST_DATA "/published_cifar10.npz", "--labels", path("labels.csv")},
                 "no paths", 1);
}

TEST_F(Command, EvaluateKnowsThePublishedMap) {
  const Outcome outcome =
      run_program({"evaluate", TEST_DATA "/published_cifar10.npz", "--split", "50000", "--json"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  const auto result = nlohmann::json::parse(outcome.printed);
  const auto map = result["knn_accuracy"]["map"];
  EXPECT_NEAR(map["official_split"].get<double>(), 0.888, 1e-3);
  EXPECT_NEAR(map["random_splits"].get<double>(), 0.895, 4e-3);
  EXPECT_LT(map["random_splits_spread"].get<double>(), 6e-3);
  EXPECT_EQ(map["official_split_sample"], 10000);
  EXPECT_NEAR(result["silhouette"].get<double>(), 0.360, 0.01);
  EXPECT_NEAR(result["clusters"]["k_means"]["ari"].get<double>(), 0.706, 0.02);
  EXPECT_EQ(result["left_out"].size(), 1u);
}

TEST_F(Command, PlotDrawsRunsAndArchives) {
  EXPECT_EQ(run_program({"plot", run().string(), "-o", path("a.png")}).status, 0);
  EXPECT_GT(fs::file_size(path("a.png")), 1000u);
  expect_refused({"plot", run().string(), "-o", path("a.png")}, "--force", 1);
  expect_refused({"plot", run().string(), "-o", path("a.bmp")}, ".png", 1);
}

TEST_F(Command, PlotDrawsEveryStyleInEveryFormat) {
  for (const char* style : {"points", "thumbnails", "annotated", "density"}) {
    for (const char* extension : {".png", ".svg", ".pdf"}) {
      const std::string picture = path(std::string(style) + extension);
      const Outcome outcome =
          run_program({"plot", run().string(), "-o", picture, "--style", style, "--title", "A run",
                       "--highlight", "0", "--highlight", "2", "--width", "4", "--height", "4"});
      EXPECT_EQ(outcome.status, 0) << outcome.printed;
      EXPECT_GT(fs::file_size(picture), 1000u) << picture;
    }
  }
}

TEST_F(Command, PlotDrawsTheCurvesOfARun) {
  EXPECT_EQ(run_program({"plot", run().string(), "-o", path("losses.svg"), "--loss"}).status, 0);
  EXPECT_GT(fs::file_size(path("losses.svg")), 1000u);
  expect_refused({"plot", run().string(), "-o", path("b.png"), "--loss", "--style", "density"},
                 "--style");
}

TEST_F(Command, PlotSaysWhatIsMissing) {
  const std::string archive = TEST_DATA "/published_cifar10.npz";
  expect_refused({"plot", archive, "-o", path("b.png"), "--style", "thumbnails"}, "no images", 1);
  expect_refused({"plot", archive, "-o", path("b.png"), "--loss"}, "no losses", 1);
  expect_refused({"plot", run().string(), "-o", path("b.png"), "--highlight", "01"}, "\"0\"", 1);
  expect_refused({"plot", run().string(), "-o", path("b.png"), "--style", "pretty"}, "annotated");
  EXPECT_FALSE(fs::exists(path("b.png")));
}

TEST_F(Command, InfoTellsOfRunsAndImages) {
  const Outcome of_run = run_program({"info", run().string()});
  EXPECT_EQ(of_run.status, 0) << of_run.printed;
  EXPECT_NE(of_run.printed.find("stage 3: 1 of 1 epochs"), std::string::npos) << of_run.printed;
  const Outcome of_images = run_program({"info", input().string()});
  EXPECT_EQ(of_images.status, 0) << of_images.printed;
  EXPECT_NE(of_images.printed.find("60 images of 16 x 16"), std::string::npos) << of_images.printed;
}

TEST_F(Command, InfoComparesBackbones) {
  const Outcome outcome = run_program({"info", "--backbones"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  const size_t row = outcome.printed.find("\nresnet18 ");
  ASSERT_NE(row, std::string::npos) << outcome.printed;
  const std::string line = outcome.printed.substr(row + 1, outcome.printed.find('\n', row + 1));
  for (const char* figure : {" 512 ", " 11.2 M ", " 555 M "}) {
    EXPECT_NE(line.find(figure), std::string::npos) << line;
  }
  EXPECT_NE(outcome.printed.find("\nefficientnetv2-l "), std::string::npos);
  EXPECT_NE(outcome.printed.find("32 x 32 pixels"), std::string::npos);
  expect_refused({"info"}, "--backbones", 1);
  expect_refused({"info", run().string(), "--backbones"}, "--backbones");
}

TEST_F(Command, FitTakesEveryBackbone) {
  const std::string help = run_program({"fit", "--help"}).printed;
  for (const char* name : {"resnet34", "resnet18-imagenet", "mobilenetv3-small"}) {
    EXPECT_NE(help.find(name), std::string::npos) << help;
    const std::string there = path(std::string("with_") + name);
    const Outcome outcome =
        run_program({"fit", input().string(), "-o", there, "--batch", "16", "--recipe", "paper",
                     "--epochs", "0,0,0", "--backbone", name});
    EXPECT_EQ(outcome.status, 0) << outcome.printed;
  }
  expect_refused({"fit", input().string(), "-o", path("x"), "--backbone", "vgg16"}, "resnet34");
}

TEST_F(Command, HelpIsThereForAll) {
  for (const char* name : {"fit", "transform", "plot", "evaluate", "info", "methods"}) {
    const Outcome outcome = run_program({name, "--help"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.printed.find("xample"), std::string::npos) << outcome.printed;
  }
}

TEST_F(Command, PrincipalComponentsAreAMethodLikeAnyOther) {
  const fs::path there = folder_->path() / "components";
  Outcome outcome = run_program({"fit", input().string(), "-o", there.string(), "--method", "pca"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_NE(outcome.printed.find("of the variance"), std::string::npos) << outcome.printed;
  const std::string places = path("components.npy");
  EXPECT_EQ(run_program({"transform", there.string(), input().string(), "-o", places}).status, 0);
  EXPECT_EQ(read_whole_file(places), read_whole_file(there / "map.npy"));
  for (const char* const command : {"info", "evaluate"}) {
    outcome = run_program({command, there.string()});
    EXPECT_EQ(outcome.status, 0) << outcome.printed;
  }
  EXPECT_EQ(run_program({"explore", there.string(), "--export", path("components.html")}).status,
            0);
  outcome = run_program(
      {"fit", "--config", (there / "config.toml").string(), "-o", path("components-again")});
  EXPECT_EQ(read_whole_file(path("components-again") + "/map.npy"),
            read_whole_file(there / "map.npy"));
  expect_refused({"fit", input().string(), "-o", path("x"), "--method", "pca", "--batch", "64"},
                 "--batch is of the methods tsimcne and simclr", 1);
  expect_refused({"fit", input().string(), "-o", path("x"), "--method", "som"}, "pca");
}

TEST_F(Command, AParametricMapPlacesItsImagesAsItself) {
  const fs::path there = folder_->path() / "parametric";
  Outcome outcome = run_program(
      {"fit", input().string(), "-o", there.string(), "--method", "ptsne", "--epochs", "3"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_NE(outcome.printed.find("epoch 3/3"), std::string::npos) << outcome.printed;
  const std::string places = path("parametric.npy");
  EXPECT_EQ(run_program({"transform", there.string(), input().string(), "-o", places}).status, 0);
  EXPECT_EQ(read_whole_file(places), read_whole_file(there / "map.npy"));
  EXPECT_EQ(run_program({"info", there.string()}).status, 0);
  expect_refused({"fit", path("rows.csv"), "-o", path("x"), "--method", "pumap", "--watch"},
                 "--watch shows images", 1);
}

TEST_F(Command, RowsOfNumbersGoThroughToThePage) {
  std::string table = "name,x,y,z,label\n";
  for (int i = 0; i < 30; ++i) table += fmt::format("p{0},{0},{1},{2},{1}\n", i, i % 3, i * i % 7);
  const fs::path rows = folder_->write("rows.csv", table);
  const fs::path there = folder_->path() / "of_rows";
  Outcome outcome = run_program({"fit", rows.string(), "-o", there.string(), "--method", "pca"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_NE(outcome.printed.find("30 rows of 3 numbers"), std::string::npos) << outcome.printed;
  EXPECT_NE(read_whole_file(there / "map.csv").find("p29"), std::string::npos);
  outcome = run_program({"explore", there.string(), "--export", path("rows.html")});
  EXPECT_EQ(outcome.status, 0) << outcome.printed;
  outcome = run_program({"transform", there.string(), rows.string(), "-o", path("rows.npy")});
  EXPECT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_EQ(read_whole_file(path("rows.npy")), read_whole_file(there / "map.npy"));
  expect_refused({"transform", there.string(), input().string(), "-o", path("y.npy")},
                 "rows of numbers", 1);
  expect_refused({"fit", rows.string(), "-o", path("x")}, "methods that take rows are pca, tsne",
                 1);
}

TEST_F(Command, TellsTheMethods) {
  const Outcome outcome = run_program({"methods"});
  EXPECT_EQ(outcome.status, 0);
  for (const char* name :
       {"tsimcne", "simclr", "pretrained", "pca", "tsne", "umap", "ptsne", "pumap"}) {
    EXPECT_NE(("\n" + outcome.printed).find(fmt::format("\n{} ", name)), std::string::npos)
        << outcome.printed;
  }
}

TEST_F(Command, ThreeDimensionsGoThroughToFilesAndPicture) {
  const fs::path deep = folder_->path() / "deep";
  const Outcome outcome = run_program(fit(deep, {"--out-dim", "3"}));
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_EQ(read_map(deep, false).points.cols, 3);
  EXPECT_TRUE(read_whole_file(deep / "map.csv").starts_with("id,x,y,z,label"));
  EXPECT_GT(fs::file_size(deep / "map.png"), 1000u);
}

}  // namespace
}  // namespace tsimcne
