// Runs that start from something: pretrained weights, an earlier run, a TorchScript backbone.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/app/program.hpp"
#include "tests/small_images.hpp"
#include "tests/stored_weights.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/map/map.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// A small run with resnet-small that others start from.
class StartedRun : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    write_small_images(path("images"), 60, 16);
    write_small_images(path("others"), 90, 20, 2);
    const Outcome made = fit("earlier", {"--backbone", "resnet-small"});
    ASSERT_EQ(made.status, 0) << made.printed;
    write_torchvision_weights(path("earlier/model.safetensors"), path("weights.safetensors"));
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string path(const std::string& name) { return (folder_->path() / name).string(); }

  static std::vector<std::string> arguments(const std::string& run,
                                            const std::vector<std::string>& more,
                                            const std::string& epochs = "2,1,1") {
    std::vector<std::string> all = {"fit",      path("images"), "-o",        path(run),
                                    "--batch",  "16",           "--recipe",  "paper",
                                    "--epochs", epochs,         "--threads", "2"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  static Outcome fit(const std::string& run, const std::vector<std::string>& more) {
    return run_program(arguments(run, more));
  }

  static void expect_refused(const std::vector<std::string>& more, const std::string& words,
                             int status = 1) {
    const Outcome outcome = fit("refused", more);
    EXPECT_EQ(outcome.status, status) << outcome.printed;
    EXPECT_NE(outcome.printed.find(words), std::string::npos)
        << "expected: " << words << "\nprinted: " << outcome.printed;
    EXPECT_FALSE(fs::exists(path("refused"))) << "it was left behind";
  }

  /// Starts a longer run, stops it after an epoch, removes `file`, and goes on to the end.
  static void stop_and_resume(const std::string& run, const std::vector<std::string>& more,
                              const std::string& file) {
    Program first(arguments(run, more, "12,1,1"));
    for (int i = 0; i < 3000 && epochs_of(run) < 1; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    first.signal(SIGTERM);
    ASSERT_EQ(first.wait(), 128 + SIGTERM) << first.printed();
    fs::remove(file);
    const Outcome outcome = run_program({"fit", "-o", path(run), "--resume"});
    ASSERT_EQ(outcome.status, 0) << outcome.printed;
    EXPECT_EQ(epochs_of(run), 14);
  }
  static int64_t epochs_of(const std::string& run) {
    const fs::path metrics = path(run + "/metrics.jsonl");
    return fs::exists(metrics) ? std::ranges::count(read_whole_file(metrics), '\n') : 0;
  }

  static void expect_same_map(const std::string& one, const std::string& other) {
    for (const char* file : {"/map.npy", "/features.npy", "/model.safetensors"}) {
      EXPECT_EQ(read_whole_file(path(one + file)), read_whole_file(path(other + file))) << file;
    }
  }

  static void expect_transform_gives_the_map(const std::string& run) {
    const std::string places = path(run + "-places.npy");
    const Outcome outcome = run_program({"transform", path(run), path("images"), "-o", places});
    ASSERT_EQ(outcome.status, 0) << outcome.printed;
    EXPECT_EQ(read_whole_file(places), read_whole_file(path(run + "/map.npy")));
  }

  static inline TemporaryFolder* folder_ = nullptr;
};

TEST_F(StartedRun, AGivenNetworksFeaturesAreShownAsTheyAre) {
  const std::vector<std::string> wanted = {"fit",         path("images"), "-o",
                                           path("given"), "--method",     "pretrained",
                                           "--backbone",  "resnet-small"};
  EXPECT_NE(run_program(wanted).printed.find("needs a network"), std::string::npos);
  std::vector<std::string> with_weights = wanted;
  with_weights.insert(with_weights.end(), {"--weights", path("weights.safetensors")});
  const Outcome outcome = run_program(with_weights);
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  const Map given = read_map(path("given"), true), earlier = read_map(path("earlier"), true);
  ASSERT_EQ(given.features.values.size(), earlier.features.values.size());
  for (size_t i = 0; i < given.features.values.size(); ++i) {
    EXPECT_NEAR(given.features.values[i], earlier.features.values[i], 1e-3);
  }
  EXPECT_NE(given.note.find("features"), std::string::npos) << given.note;
  expect_transform_gives_the_map("given");
}

TEST_F(StartedRun, FrozenWeightsAreTheModelsBytes) {
  const Outcome outcome = fit("frozen", {"--backbone", "resnet-small", "--weights",
                                         path("weights.safetensors"), "--freeze-backbone"});
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  const auto given = tensors_of(path("earlier/model.safetensors"), "backbone.");
  const auto kept = tensors_of(path("frozen/model.safetensors"), "backbone.");
  ASSERT_EQ(kept.size(), given.size());
  for (const auto& [name, bytes] : given) {
    if (name.find("num_batches_tracked") != std::string::npos) continue;
    EXPECT_EQ(kept.at(name), bytes) << name;
  }
  EXPECT_NE(tensors_of(path("earlier/model.safetensors"), "projection_head."),
            tensors_of(path("frozen/model.safetensors"), "projection_head."));
  expect_transform_gives_the_map("frozen");
  const Outcome again =
      run_program({"fit", "--config", path("frozen/config.toml"), "-o", path("frozen-again")});
  ASSERT_EQ(again.status, 0) << again.printed;
  expect_same_map("frozen", "frozen-again");
}

TEST_F(StartedRun, WeightsThatAreNotFiniteAreRefused) {
  const StoredTensors stored = StoredTensors::read(path("weights.safetensors"));
  std::vector<StoredTensor> tensors(stored.tensors().begin(), stored.tensors().end());
  const std::vector<std::byte> nan(tensors[0].bytes.size(), std::byte{0xff});
  tensors[0].bytes = nan;
  write_safetensors(path("nan.safetensors"), tensors, {});
  expect_refused({"--backbone", "resnet-small", "--weights", path("nan.safetensors")},
                 "not finite");
}

TEST_F(StartedRun, AResumeNeedsNoWeights) {
  const std::string copy = path("copy.safetensors");
  fs::copy_file(path("weights.safetensors"), copy);
  const std::vector<std::string> options = {"--backbone", "resnet-small", "--weights", copy};
  ASSERT_EQ(run_program(arguments("through", options, "12,1,1")).status, 0);
  stop_and_resume("stopped", options, copy);
  expect_same_map("stopped", "through");
  const Outcome other =
      run_program({"fit", "-o", path("stopped"), "--resume", "--freeze-backbone"});
  EXPECT_EQ(other.status, 1);
  EXPECT_NE(other.printed.find("--freeze-backbone"), std::string::npos) << other.printed;
}

TEST_F(StartedRun, ATorchScriptBackboneIsKeptInTheRun) {
  const std::string file = path("mine.pt");
  fs::copy_file(fs::path(TEST_DATA) / "backbone.pt", file);
  const Outcome outcome = run_program(arguments("script", {"--backbone", file}, "12,1,1"));
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_EQ(read_whole_file(path("script/backbone.pt")), read_whole_file(file));
  stop_and_resume("script-stopped", {"--backbone", file}, file);
  expect_same_map("script-stopped", "script");
  expect_transform_gives_the_map("script");
  EXPECT_EQ(run_program({"info", path("script")}).status, 0);

  fs::rename(path("script"), path("moved"));  // another run starts from the copy
  const Outcome next = fit("next", {"--start-from", path("moved"), "--freeze-backbone"});
  ASSERT_EQ(next.status, 0) << next.printed;
  EXPECT_EQ(tensors_of(path("next/model.safetensors"), "backbone."),
            tensors_of(path("moved/model.safetensors"), "backbone."));
  expect_transform_gives_the_map("next");
}

TEST_F(StartedRun, ADictionaryAndItsEncoderAreReplayedAndStartedFrom) {
  const auto fit_fast = [](const std::string& run, const std::string& images,
                           const std::vector<std::string>& more) {
    std::vector<std::string> all = {"fit",  path(images), "-o",  path(run),   "--recipe",
                                    "fast", "--epochs",   "2,2", "--threads", "2"};
    all.insert(all.end(), more.begin(), more.end());
    return run_program(all);
  };
  const Outcome made = fit_fast("dictionary", "images", {"--dictionary", "64,3,2"});
  ASSERT_EQ(made.status, 0) << made.printed;
  expect_transform_gives_the_map("dictionary");
  const Outcome again = run_program(
      {"fit", "--config", path("dictionary/config.toml"), "-o", path("dictionary-again")});
  ASSERT_EQ(again.status, 0) << again.printed;
  expect_same_map("dictionary", "dictionary-again");

  const Outcome frozen = fit_fast("dictionary-frozen", "others",
                                  {"--start-from", path("dictionary"), "--freeze-backbone"});
  ASSERT_EQ(frozen.status, 0) << frozen.printed;
  EXPECT_EQ(tensors_of(path("dictionary-frozen/model.safetensors"), "backbone."),
            tensors_of(path("dictionary/model.safetensors"), "backbone."));

  const Outcome none = fit_fast("dictionary-alone", "images", {"--dictionary", "64,3,0"});
  ASSERT_EQ(none.status, 0) << none.printed;
  EXPECT_TRUE(tensors_of(path("dictionary-alone/model.safetensors"), "backbone.encoder").empty());
  expect_refused({"--backbone", "resnet-small", "--dictionary", "64,3"}, "leave one of them out");
}

TEST_F(StartedRun, AnEarlierRunOfOtherImagesIsGoneOnFrom) {
  std::vector<std::string> all = arguments("next-images", {"--start-from", path("earlier")});
  all[1] = path("others");
  const Outcome outcome = run_program(all);
  ASSERT_EQ(outcome.status, 0) << outcome.printed;
  const std::string config = read_whole_file(path("next-images/config.toml"));
  EXPECT_NE(config.find("backbone=\"resnet-small\""), std::string::npos) << config;
  EXPECT_NE(config.find("image-size=16\n"), std::string::npos) << config;
  EXPECT_NE(config.find("start-from=\"" + path("earlier") + "\""), std::string::npos) << config;
  const Outcome again = run_program(
      {"fit", "--config", path("next-images/config.toml"), "-o", path("next-images-again")});
  ASSERT_EQ(again.status, 0) << again.printed;
  expect_same_map("next-images", "next-images-again");

  all[3] = path("larger");
  all.insert(all.end(), {"--image-size", "24"});
  const Outcome larger = run_program(all);
  EXPECT_EQ(larger.status, 0) << larger.printed;
}

TEST_F(StartedRun, WhatContradictsIsRefused) {
  const std::string earlier = path("earlier"), weights = path("weights.safetensors");
  expect_refused({"--start-from", earlier, "--backbone", "resnet18"}, "leave --backbone out");
  expect_refused({"--start-from", earlier, "--weights", weights}, "give one");
  expect_refused({"--start-from", path("images")}, "no model.safetensors");
  expect_refused({"--weights", path("none.safetensors")}, "none.safetensors is not there");
  expect_refused({"--weights", weights}, "more; take a file");  // resnet18
  expect_refused({"--weights", earlier + "/model.safetensors"}, "--start-from");
  expect_refused({"--backbone", "resnet19"}, "resnet18", 2);
  expect_refused({"--backbone", path("none.pt")}, "none.pt is not there");
  write_whole_file(path("text.pt"), "a text");
  expect_refused({"--backbone", path("text.pt")}, "not a TorchScript file");
}

TEST_F(StartedRun, ForceKeepsWhatIsStartedFrom) {
  const std::string before = read_whole_file(path("earlier/model.safetensors"));
  const Outcome outcome = fit("earlier", {"--start-from", path("earlier"), "--force"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.printed.find("another folder"), std::string::npos) << outcome.printed;
  EXPECT_EQ(read_whole_file(path("earlier/model.safetensors")), before);
}

TEST_F(StartedRun, AMapOfNothingGetsAWarning) {
  fs::copy(path("images"), path("black"), fs::copy_options::recursive);
  std::string pixels = read_whole_file(path("black/train-images-idx3-ubyte"));
  std::fill(pixels.begin() + 16, pixels.end(), '\0');
  write_whole_file(path("black/train-images-idx3-ubyte"), pixels);
  std::vector<std::string> all = arguments("of-black", {"--backbone", "resnet-small"});
  all[1] = path("black");
  const Outcome outcome = run_program(all);
  EXPECT_EQ(outcome.status, 0) << outcome.printed;
  EXPECT_NE(outcome.printed.find("images are the same, pixel by pixel, so the map tells nothing"),
            std::string::npos)
      << outcome.printed;
}

}  // namespace
}  // namespace tsimcne
