// Where training starts from: pretrained weights, an earlier run, a TorchScript backbone.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/small_images.hpp"
#include "tests/stored_weights.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class Start : public testing::Test {
 protected:
  static Recipe recipe_of(const std::string& name, const std::string& backbone) {
    Recipe recipe = recipe_named(name);
    for (Stage& stage : recipe.stages) stage.epochs = 1;
    recipe.backbone = backbone;
    recipe.hidden = 32;
    recipe.batch = 8;
    return recipe;
  }

  ImageSet images(int count = 25, uint64_t seed = 1) const {
    const fs::path idx = path(fmt::format("images-{}", seed));
    write_small_images(idx, count, 16, seed);
    return open_images(idx);
  }

  fs::path path(const std::string& name) const { return folder_.path() / name; }

  /// A finished run of other images, as a folder with its model.
  fs::path earlier_run(const Recipe& recipe) const {
    Trainer trainer(recipe, images(30, 7), on_cpu());
    trainer.advance();
    fs::create_directories(path("earlier"));
    trainer.model().save(path("earlier") / "model.safetensors");
    return path("earlier");
  }

  static TrainerOptions on_cpu() { return {.seed = 3, .device = "cpu", .algorithms = "direct"}; }

  static void expect_refused(const Recipe& recipe, const ImageSet& images,
                             const TrainerOptions& options, const std::string& words) {
    try {
      const Trainer trainer(recipe, images, options);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  }

  TemporaryFolder folder_;
};

TEST_F(Start, PretrainedWeightsAreTheFirstOnes) {
  const fs::path run = earlier_run(recipe_of("paper", "resnet-small"));
  write_torchvision_weights(run / "model.safetensors", path("weights"));
  TrainerOptions options = on_cpu();
  options.weights = path("weights");
  Trainer trainer(recipe_of("paper", "resnet-small"), images(), options);
  trainer.save(path("checkpoint"));
  const auto first = tensors_of(path("checkpoint"), "network.backbone.");
  const auto given = tensors_of(run / "model.safetensors", "backbone.");
  ASSERT_EQ(first.size(), given.size());
  for (const auto& [name, bytes] : given) {
    const bool is_count = name.find("num_batches_tracked") != std::string::npos;
    EXPECT_EQ(first.at("network." + name) == bytes, !is_count) << name;
  }
  fs::remove(path("weights"));
  Trainer resumed = Trainer::load(path("checkpoint"), images(), "cpu");
  resumed.advance();
  trainer.advance();
  EXPECT_EQ(resumed.map().points.values, trainer.map().points.values);
}

TEST_F(Start, AnEarlierRunGivesAllOfItsNetwork) {
  const fs::path run = earlier_run(recipe_of("annealed", "resnet-small"));
  TrainerOptions options = on_cpu();
  options.start_from = run;
  Recipe other = recipe_of("annealed", "resnet18");
  other.hidden = 64;
  Trainer trainer(other, images(), options);
  EXPECT_EQ(trainer.recipe().backbone, "resnet-small");
  EXPECT_EQ(trainer.recipe().hidden, 32);
  trainer.model().save(path("model"));
  EXPECT_EQ(tensors_of(path("model")), tensors_of(run / "model.safetensors"));
  const Map there = load_model(run, "cpu").transform(images());
  EXPECT_EQ(trainer.map().points.values, there.points.values);
  trainer.advance();
  EXPECT_NE(trainer.map().points.values, there.points.values);
}

TEST_F(Start, ALastLayerOfAnotherWidthIsNew) {
  TrainerOptions options = on_cpu();
  options.start_from = earlier_run(recipe_of("paper", "resnet-small"));  // to 2 dimensions
  Recipe recipe = recipe_of("paper", "resnet-small");
  recipe.stages = {recipe.stages[0]};
  recipe.stages[0].learning_rate = 0;
  recipe.freeze_backbone = true;
  Trainer trainer(recipe, images(), options);
  trainer.advance();
  trainer.model().save(path("model"));
  auto now = tensors_of(path("model")),
       before = tensors_of(options.start_from / "model.safetensors");
  EXPECT_EQ(now.at("projection_head.layers.2.weight").size(), 128 * 32 * sizeof(float));
  for (const auto& [name, bytes] : before) {
    if (name.starts_with("projection_head.layers.2.")) continue;
    EXPECT_EQ(now.at(name), bytes) << name;
  }
}

TEST_F(Start, WhatCannotBeStartedFromIsRefused) {
  const Recipe recipe = recipe_of("paper", "resnet-small");
  TrainerOptions options = on_cpu();
  options.start_from = path("none");
  expect_refused(recipe, images(), options, "no model.safetensors");
  options.weights = path("none");
  expect_refused(recipe, images(), options, "exclude each other");
  options.start_from.clear();
  expect_refused(recipe, images(), options, "none cannot be read");
}

/// Trained in one go, and trained with a save and a load after every batch, without the original.
TEST_F(Start, ATorchScriptBackboneGivesTheSameMapAfterEveryStop) {
  for (const bool freeze : {false, true}) {
    const fs::path file = path("mine.pt"), run = path(freeze ? "frozen" : "run");
    fs::copy_file(fs::path(TEST_DATA) / "backbone.pt", file);
    fs::create_directories(run);
    Recipe recipe = recipe_of("paper", file.string());
    recipe.freeze_backbone = freeze;
    Trainer through(recipe, images(), on_cpu());
    Trainer(recipe, images(), on_cpu()).save(run / "checkpoint");
    const auto first = tensors_of(run / "checkpoint", "network.backbone.");
    fs::remove(file);
    through.advance();
    through.model().save(run / "through.safetensors");
    int loads = 0;
    while (true) {
      Trainer stopped = Trainer::load(run / "checkpoint", images(), "cpu");
      EXPECT_EQ(stopped.recipe().backbone, (run / "backbone.pt").string());
      if (stopped.finished()) {
        stopped.model().save(run / "model.safetensors");
        break;
      }
      stopped.advance(Until::batch);
      stopped.save(run / "checkpoint");
      ASSERT_LT(++loads, 100);
    }
    EXPECT_EQ(loads, 9);
    EXPECT_EQ(tensors_of(run / "model.safetensors"), tensors_of(run / "through.safetensors"));
    EXPECT_EQ(tensors_of(run / "checkpoint", "network.backbone.") == first, freeze);
    const Map placed = load_model(run, "cpu").transform(images());
    EXPECT_EQ(placed.points.values, through.map().points.values);
  }
}

TEST_F(Start, ATorchScriptBackboneIsTakenFromAnEarlierRun) {
  TrainerOptions options = on_cpu();
  const std::string file = (fs::path(TEST_DATA) / "backbone.pt").string();
  options.start_from = earlier_run(recipe_of("paper", file));
  Trainer trainer(recipe_of("paper", "resnet18"), images(), options);
  EXPECT_EQ(trainer.recipe().backbone, (options.start_from / "backbone.pt").string());
  EXPECT_EQ(trainer.map().points.values,
            load_model(options.start_from, "cpu").transform(images()).points.values);
}

}  // namespace
}  // namespace tsimcne
