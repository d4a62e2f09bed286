// A run that is stopped, by whatever, and gone on with gives the same map, byte for byte.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/app/program.hpp"
#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

constexpr std::array stage_epochs = {3, 3, 3};  // of the three stages

class Resume : public testing::TestWithParam<int> {
 protected:
  Resume() { write_small_images(input(), 150, 16); }

  fs::path input() const { return folder_.path() / "images"; }
  fs::path run(const std::string& name) const { return folder_.path() / name; }

  std::vector<std::string> fit(const fs::path& run) const {
    return {"fit", input().string(), "-o",    run.string(), "--backbone", "resnet-small", "--batch",
            "16",  "--recipe",       "paper", "--epochs",   "3,3,3",      "--threads",    "2"};
  }

  /// Waits until the run's metrics tell enough.
  template <class Enough>
  static bool wait_for_metrics(const fs::path& run, const Enough& enough) {
    for (int i = 0; i < 3000; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      if (fs::exists(run / "metrics.jsonl") && enough(read_whole_file(run / "metrics.jsonl"))) {
        return true;
      }
    }
    return false;
  }

  /// Waits until so many epochs are finished.
  static bool wait_for_epochs(const fs::path& run, int64_t epochs) {
    return wait_for_metrics(
        run, [&](const std::string& lines) { return std::ranges::count(lines, '\n') >= epochs; });
  }

  TemporaryFolder folder_;
};

TEST_P(Resume, GivesTheSameBytesAfterAStopInEveryStage) {
  const int signal = GetParam();
  const Outcome through = run_program(fit(run("through")));
  ASSERT_EQ(through.status, 0) << through.printed;

  int64_t epochs = 1;
  Program first(fit(run("stopped")));
  ASSERT_TRUE(wait_for_epochs(run("stopped"), epochs));
  first.signal(signal);
  int status = first.wait();
  for (int stage = 1; stage < 3; ++stage) {
    EXPECT_EQ(status, signal == SIGKILL ? -SIGKILL : 128 + signal) << first.printed();
    epochs += stage_epochs[static_cast<size_t>(stage - 1)];
    Program next({"fit", "-o", run("stopped").string(), "--resume"});
    ASSERT_TRUE(wait_for_epochs(run("stopped"), epochs));
    next.signal(signal);
    status = next.wait();
    if (signal != SIGKILL) {
      EXPECT_NE(next.printed().find("--resume"), std::string::npos);
      EXPECT_TRUE(fs::exists(run("stopped") / "map.csv"));
    }
  }
  const Outcome last = run_program({"fit", "-o", run("stopped").string(), "--resume"});
  ASSERT_EQ(last.status, 0) << last.printed;
  for (const char* file : {"map.npy", "map.csv", "features.npy", "model.safetensors"}) {
    EXPECT_EQ(read_whole_file(run("stopped") / file), read_whole_file(run("through") / file))
        << file;
  }
  const std::string metrics = read_whole_file(run("stopped") / "metrics.jsonl");
  EXPECT_EQ(std::ranges::count(metrics, '\n'), 9);
}

INSTANTIATE_TEST_SUITE_P(Signals, Resume, testing::Values(SIGKILL, SIGINT, SIGTERM, SIGHUP),
                         [](const auto& test) {
                           return test.param == SIGKILL   ? "Kill"
                                  : test.param == SIGINT  ? "CtrlC"
                                  : test.param == SIGTERM ? "Terminate"
                                                          : "HangUp";
                         });

/// The checkpoint and the config have the last stage's epochs as they were when it began.
TEST_F(Resume, GoesOnByThePlanThatWasMadeAnew) {
  const std::string planned = run("planned").string(), again = run("again").string();
  Program first({"fit", input().string(), "-o", planned, "--budget", "15s", "--backbone",
                 "resnet-small", "--threads", "2"});
  ASSERT_TRUE(wait_for_metrics(planned, [](const std::string& lines) {
    return lines.find("\"stage\":2") != std::string::npos;
  }));
  first.signal(SIGKILL);
  first.wait();
  const Outcome last = run_program({"fit", "-o", planned, "--resume"});
  ASSERT_EQ(last.status, 0) << last.printed;
  const Outcome replay = run_program({"fit", "--config", planned + "/config.toml", "-o", again});
  ASSERT_EQ(replay.status, 0) << replay.printed;
  EXPECT_EQ(read_whole_file(run("planned") / "map.npy"), read_whole_file(run("again") / "map.npy"));
}

TEST_F(Resume, RefusesOtherOptionsAndASecondProgram) {
  std::vector<std::string> arguments = fit(run("run"));
  *std::ranges::find(arguments, "3,3,3") = "3,3,200";
  Program first(arguments);
  ASSERT_TRUE(wait_for_epochs(run("run"), 1));
  const Outcome second = run_program({"fit", "-o", run("run").string(), "--resume"});
  EXPECT_EQ(second.status, 1);
  EXPECT_NE(second.printed.find("in use"), std::string::npos) << second.printed;
  first.signal(SIGKILL);
  first.wait();

  const Outcome conflict =
      run_program({"fit", "-o", run("run").string(), "--resume", "--batch", "32"});
  EXPECT_EQ(conflict.status, 1);
  EXPECT_NE(conflict.printed.find("--batch 32"), std::string::npos) << conflict.printed;
  const Outcome input =
      run_program({"fit", folder_.path().string(), "-o", run("run").string(), "--resume"});
  EXPECT_EQ(input.status, 1);
}

TEST_F(Resume, NeedsNoneOfTheImagesAgain) {
  ASSERT_EQ(run_program(fit(run("through"))).status, 0);
  Program first(fit(run("run")));
  ASSERT_TRUE(wait_for_epochs(run("run"), 1));
  first.signal(SIGKILL);
  first.wait();
  write_small_images(input(), 151, 16);
  const Outcome next = run_program({"fit", "-o", run("run").string(), "--resume"});
  ASSERT_EQ(next.status, 0) << next.printed;
  EXPECT_NE(next.printed.find("goes on with its images as they were then"), std::string::npos)
      << next.printed;
  EXPECT_EQ(read_whole_file(run("run") / "map.npy"), read_whole_file(run("through") / "map.npy"));
}

TEST_F(Resume, GoesOnWhereTheRunLiesBelowItsInput) {
  const TemporaryFolder folder;
  for (int i = 0; i < 40; ++i) {
    const std::string digit = std::to_string(i % 10);
    folder.write("class" + digit + "/" + std::to_string(i) + ".pgm",
                 "P5 16 16 255\n" + std::string(256, static_cast<char>(6 * i)));
  }
  const std::string in = folder.path().string(), map = in + "/map";
  const std::vector<std::string> quick = {"--backbone", "resnet-small", "--batch",   "16",
                                          "--recipe",   "paper",        "--threads", "2"};
  std::vector<std::string> arguments = {"fit", in, "-o", map, "--epochs", "1,1,30"};
  arguments.insert(arguments.end(), quick.begin(), quick.end());
  Program first(arguments);
  ASSERT_TRUE(wait_for_epochs(map, 2));
  first.signal(SIGTERM);
  first.wait();
  ASSERT_TRUE(fs::exists(map + "/map.png")) << first.printed();
  Program next({"fit", "-o", map, "--resume"});
  ASSERT_TRUE(wait_for_epochs(map, 4));
  next.signal(SIGTERM);
  next.wait();
  EXPECT_EQ(next.printed().find("changed"), std::string::npos) << next.printed();
  const Outcome again = run_program({"info", in});
  EXPECT_NE(again.printed.find("40 images of 16 x 16 pixels; 10 labels"), std::string::npos)
      << again.printed;
  EXPECT_NE(again.printed.find("map is the work of tsimcne"), std::string::npos) << again.printed;
}

}  // namespace
}  // namespace tsimcne
