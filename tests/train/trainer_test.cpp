#include "tsimcne/train/trainer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <thread>

#include "tests/small_images.hpp"
#include "tests/stored_weights.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/safetensors.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// The three stages of the paper in little: 25 images in batches of 8, the last one of a single
/// image left out.
Recipe small_recipe(std::vector<int> epochs) {
  Recipe recipe = recipe_named("paper");
  for (size_t i = 0; i < epochs.size(); ++i) recipe.stages[i].epochs = epochs[i];
  recipe.backbone = "resnet-small";
  recipe.batch = 8;
  return recipe;
}

ImageSet small_images(int count = 25, uint64_t seed = 1) {
  const TemporaryFolder folder;
  write_small_images(folder.path(), count, 16, seed);
  return open_images(folder.path());
}

TrainerOptions on_cpu() {
  return {.seed = 3, .device = "cpu", .algorithms = "direct"};
}

TEST(Trainer, RunsTheStagesAndRecordsTheEpochs) {
  Trainer trainer(small_recipe({2, 1, 1}), small_images(), on_cpu());
  EXPECT_EQ(trainer.batches_per_epoch(), 3);
  trainer.advance(Until::batch);
  EXPECT_EQ(trainer.position(), (Position{0, 0, 1}));
  trainer.advance(Until::epoch);
  EXPECT_EQ(trainer.position(), (Position{0, 1, 0}));
  trainer.advance(Until::stage);
  EXPECT_EQ(trainer.position(), (Position{1, 0, 0}));
  trainer.advance();
  EXPECT_TRUE(trainer.finished());
  ASSERT_EQ(trainer.history().size(), 4u);
  EXPECT_EQ(trainer.history()[2].stage, 2);
  EXPECT_EQ(trainer.history()[2].dimensions, 2);
  for (const EpochRecord& epoch : trainer.history()) {
    EXPECT_NEAR(epoch.loss, epoch.attraction + epoch.repulsion, 1e-4);
    EXPECT_GT(epoch.views_per_second, 0);
  }
}

TEST(Trainer, ALearningRateFollowsTheBatchAndTheSchedule) {
  Trainer trainer(small_recipe({2, 1, 0}), small_images(), on_cpu());
  trainer.advance();
  EXPECT_NEAR(trainer.history()[0].learning_rate, 0.03 * 8 / 256, 1e-12);
}

/// The fast recipe in little: part of an epoch in both of its stages.
Recipe small_fast_recipe() {
  Recipe recipe = recipe_named("fast");
  recipe.backbone = "resnet-small";
  recipe.batch = 8;
  recipe.stages[0].epochs = 2.4;
  recipe.stages[1].epochs = 2.5;
  recipe.stages[1].batch = 12;
  return recipe;
}

/// The annealed recipe in little, on a backbone that does not learn.
Recipe small_frozen_recipe() {
  Recipe recipe = recipe_named("annealed");
  recipe.backbone = "resnet-small";
  recipe.batch = 8;
  recipe.stages[0].epochs = 3;
  recipe.freeze_backbone = true;
  return recipe;
}

TEST(Trainer, AStageMayEndWithinAnEpoch) {
  Trainer trainer(small_fast_recipe(), small_images(), on_cpu());
  EXPECT_EQ(trainer.batches_of_stage(), 7);  // 2.4 epochs of 3 batches
  trainer.advance(Until::stage);
  EXPECT_EQ(trainer.history().size(), 3u);
  EXPECT_EQ(trainer.batch(), 12);
  trainer.advance();
  EXPECT_EQ(trainer.history().size(), 6u);  // 2.5 epochs of 2 batches
  EXPECT_EQ(trainer.map().points.cols, 2);
}

/// As if it had been planned so from the start.
TEST(Trainer, AStageCanGetOtherEpochsUntilItBegins) {
  Recipe recipe = small_fast_recipe();
  Trainer changed(recipe, small_images(), on_cpu());
  changed.advance(Until::stage);
  changed.set_epochs(1.5);
  EXPECT_EQ(changed.batches_of_stage(), 3);  // of 2 an epoch
  changed.advance(Until::batch);
  EXPECT_THROW(changed.set_epochs(1), Error);
  changed.advance();
  EXPECT_THROW(changed.set_epochs(1), Error);

  recipe.stages[1].epochs = 1.5;
  Trainer planned(recipe, small_images(), on_cpu());
  planned.advance();
  EXPECT_EQ(changed.map().points.values, planned.map().points.values);
}

TEST(Trainer, AStageOfTheHeadLeavesTheBackboneAlone) {
  Trainer trainer(small_fast_recipe(), small_images(), on_cpu());
  trainer.advance(Until::stage);
  const Matrix before = trainer.map().features;
  trainer.advance();
  EXPECT_EQ(trainer.map().features.values, before.values);
}

/// Whoever shows the progress may stop there, and the map is then that of the stage before.
TEST(Trainer, KeptFeaturesGiveTheMapOfThePassThroughTheNetwork) {
  Recipe recipe = recipe_named("fast");
  recipe.backbone = "resnet-small";
  recipe.batch = 64;
  for (Stage& stage : recipe.stages) stage.epochs = 1;
  const ImageSet images = small_images(300);
  Trainer trainer(recipe, images, on_cpu());
  trainer.advance();
  const Map kept = trainer.map(), passed = trainer.model().transform(images);
  EXPECT_EQ(kept.points.values, passed.points.values);
  EXPECT_EQ(kept.features.values, passed.features.values);
  EXPECT_EQ(kept.catalog.paths, passed.catalog.paths);
}

TEST(Trainer, AStageOfTheHeadThatCouldNotStartHasChangedNothing) {
  Trainer trainer(small_fast_recipe(), small_images(), on_cpu());
  trainer.advance(Until::stage);
  const Map before = trainer.map();
  trainer.show_placing([](int64_t, int64_t) { throw std::runtime_error("stop"); });
  EXPECT_THROW(trainer.advance(Until::batch), std::runtime_error);
  EXPECT_EQ(trainer.map().points.values, before.points.values);
}

/// Trained in one go, and trained with a save and a load after every single batch.
TEST(Trainer, GivesTheSameMapByteForByteAfterEveryStop) {
  for (const Recipe& recipe :
       {small_recipe({2, 1, 2}), small_frozen_recipe(), small_fast_recipe()}) {
    SCOPED_TRACE(recipe.name);
    const ImageSet images = small_images();
    Trainer through(recipe, images, on_cpu());
    through.advance();
    const TemporaryFolder folder;
    const fs::path checkpoint = folder.path() / "checkpoint.safetensors";
    Trainer(recipe, images, on_cpu()).save(checkpoint);
    int loads = 0;
    while (true) {
      Trainer stopped = Trainer::load(checkpoint, images, "cpu");
      if (stopped.finished()) {
        EXPECT_EQ(stopped.map().points.values, through.map().points.values);
        EXPECT_EQ(stopped.history().size(), through.history().size());
        break;
      }
      stopped.advance(Until::batch);
      stopped.save(checkpoint);
      ASSERT_LT(++loads, 100);
    }
    EXPECT_EQ(loads, recipe.name == "paper" ? 15 : recipe.name == "fast" ? 12 : 9);
  }
}

TEST(Trainer, PlacingOnTheWayChangesNothing) {
  const ImageSet images = small_images(), others = small_images(7, 2);
  Trainer a(small_recipe({1, 1, 1}), images, on_cpu()),
      b(small_recipe({1, 1, 1}), images, on_cpu());
  a.advance();
  while (!b.finished()) {
    EXPECT_EQ(b.place(others).rows, 7);
    b.advance(Until::batch);
  }
  EXPECT_EQ(a.map().points.values, b.map().points.values);
  EXPECT_NEAR(b.place(std::vector<int64_t>{3, 1}).row(1)[0], b.map().points.row(1)[0], 1e-4);
  EXPECT_EQ(b.place(images).values, b.map().points.values);
  const TemporaryFolder folder;
  write_small_images(folder.path(), 5, 12);
  EXPECT_THROW(b.place(open_images(folder.path())), Error);
}

TEST(Trainer, OtherSeedsGiveOtherMaps) {
  const ImageSet images = small_images();
  Trainer a(small_recipe({1, 0, 0}), images, {.seed = 1, .device = "cpu"});
  Trainer b(small_recipe({1, 0, 0}), images, {.seed = 2, .device = "cpu"});
  a.advance();
  b.advance();
  EXPECT_NE(a.map().points.values, b.map().points.values);
}

TEST(Trainer, AStageOfNoEpochsChangesTheNetworkAlone) {
  Trainer trainer(small_recipe({0, 0, 0}), small_images(), on_cpu());
  trainer.advance();
  EXPECT_TRUE(trainer.finished());
  EXPECT_TRUE(trainer.history().empty());
  const Map map = trainer.map();
  EXPECT_EQ(map.points.cols, 2);
  EXPECT_TRUE(map.note.empty());
}

TEST(Trainer, TheSecondStageTrainsTheLastLayerAlone) {
  Trainer trainer(small_recipe({1, 2, 0}), small_images(), on_cpu());
  const TemporaryFolder folder;
  const fs::path before = folder.path() / "before", after = folder.path() / "after";
  trainer.advance(Until::stage);
  trainer.advance(Until::batch);  // the new last layer is there, and has learned once
  trainer.save(before);
  trainer.advance(Until::stage);
  trainer.save(after);
  const StoredTensors old = StoredTensors::read(before), now = StoredTensors::read(after);
  for (const StoredTensor& tensor : now.tensors()) {
    const auto same = std::ranges::find(old.tensors(), tensor.name, &StoredTensor::name);
    if (same == old.tensors().end()) continue;
    const bool learns = tensor.name.find("layers.2.") != std::string::npos ||
                        tensor.name.find("running_") != std::string::npos ||
                        tensor.name.find("batches_tracked") != std::string::npos;
    EXPECT_EQ(!std::ranges::equal(tensor.bytes, same->bytes), learns) << tensor.name;
  }
}

TEST(Trainer, AFrozenBackboneKeepsEveryByteInEveryStage) {
  Recipe recipe = small_recipe({1, 1, 1});
  recipe.freeze_backbone = true;
  recipe.stages[2].learning_rate = 0.03;
  const TemporaryFolder folder;
  const fs::path before = folder.path() / "before", after = folder.path() / "after";
  Trainer trainer(recipe, small_images(), on_cpu());
  for (int stage = 0; stage < 3; ++stage) {
    trainer.advance(Until::batch);  // the stage's last layer is there
    trainer.save(before);
    trainer.advance(Until::stage);
    trainer.save(after);
    const auto old = tensors_of(before), now = tensors_of(after);
    for (const auto& [name, bytes] : old) {
      if (name.starts_with("velocity.")) {
        EXPECT_TRUE(name.starts_with("velocity.projection_head.")) << name;
      } else {
        const bool learns = name.find("layers.2.") != std::string::npos ||
                            (stage != 1 && name.starts_with("network.projection_head."));
        EXPECT_EQ(now.at(name) != bytes, learns) << name << " in stage " << stage + 1;
      }
    }
  }
}

TEST(Trainer, LearnsToPullViewsTogether) {
  Recipe recipe = small_recipe({15, 0, 0});
  recipe.stages.resize(1);
  Trainer trainer(recipe, small_images(64), on_cpu());
  trainer.advance();
  EXPECT_LT(trainer.history().back().loss, trainer.history().front().loss - 0.2);
}

TEST(Trainer, ABatchLargerThanTheSetIsTheSet) {
  Recipe recipe = small_recipe({1, 0, 0});
  recipe.batch = 512;
  Trainer trainer(recipe, small_images(), on_cpu());
  EXPECT_EQ(trainer.batch(), 25);
  EXPECT_EQ(trainer.batches_per_epoch(), 1);
}

TEST(Trainer, LooksAtWideOutputsAlongPrincipalComponents) {
  Recipe recipe = small_recipe({1, 0, 0});
  recipe.stages.resize(1);
  Trainer trainer(recipe, small_images(), on_cpu());
  trainer.advance();
  const Map map = trainer.map();
  EXPECT_EQ(map.points.cols, 2);
  EXPECT_NE(map.note.find("128-D"), std::string::npos);
  EXPECT_EQ(map.features.cols, 128);
}

TEST(Trainer, MapsInThreeDimensions) {
  Recipe recipe = small_recipe({1, 0, 0});
  recipe.stages[1].dimensions = recipe.stages[2].dimensions = 3;
  Trainer trainer(recipe, small_images(), on_cpu());
  trainer.advance();
  EXPECT_EQ(trainer.map().points.cols, 3);
}

/// Goes on until a batch is refused; says why, and expects that nothing of the batch is left.
std::string stop_of(Trainer trainer) {
  const TemporaryFolder folder;
  const fs::path before = folder.path() / "before", after = folder.path() / "after";
  for (int batch = 0; batch < 120; ++batch) {
    trainer.save(before);
    try {
      trainer.advance(Until::batch);
    } catch (const Error& error) {
      trainer.save(after);
      EXPECT_TRUE(tensors_of(after, "network.") == tensors_of(before, "network.")) << error.what();
      const Standing standing = read_standing(after);
      EXPECT_EQ(standing.position, read_standing(before).position);
      return error.what();
    }
  }
  return "no batch was refused";
}

TEST(Trainer, ALossThatIsNotFiniteChangesNothing) {
  Recipe recipe = small_recipe({40, 0, 0});
  recipe.stages[0].learning_rate = 1e6;
  recipe.clip = 1e30;
  const std::string stop = stop_of(Trainer(recipe, small_images(), on_cpu()));
  EXPECT_NE(stop.find("the loss became nan in stage 1, epoch "), std::string::npos) << stop;
}

/// Multiplies the numbers of a checkpoint's tensors.
void scale_tensors(const fs::path& checkpoint, const std::map<std::string, double>& factors) {
  const StoredTensors stored = StoredTensors::read(checkpoint);
  std::vector<StoredTensor> tensors(stored.tensors().begin(), stored.tensors().end());
  std::vector<std::vector<float>> scaled;
  for (const auto& [name, factor] : factors) {
    StoredTensor& tensor = *std::ranges::find(tensors, name, &StoredTensor::name);
    std::vector<float>& values = scaled.emplace_back(tensor.bytes.size() / sizeof(float));
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    for (float& value : values) value = static_cast<float>(factor * value);
    tensor.bytes = std::as_bytes(std::span(values));
  }
  write_safetensors(checkpoint, tensors, stored.metadata());
}

/// The points are ordinary, and so is the loss, but behind the last layer's large weights and
/// before the large features the gradient of the small ones between them is beyond float.
TEST(Trainer, AGradientThatIsNotFiniteChangesNothing) {
  const TemporaryFolder folder;
  const fs::path checkpoint = folder.path() / "checkpoint.safetensors";
  Trainer(small_recipe({1, 0, 0}), small_images(), on_cpu()).save(checkpoint);
  scale_tensors(checkpoint, {{"network.backbone.layer3.1.bn2.weight", 1e4},
                             {"network.projection_head.layers.0.weight", 1e-41},
                             {"network.projection_head.layers.0.bias", 0},
                             {"network.projection_head.layers.2.weight", 5e39}});
  const std::string stop = stop_of(Trainer::load(checkpoint, small_images(), "cpu"));
  EXPECT_NE(stop.find("the gradient of projection_head.layers.0.weight is not finite in stage 1"),
            std::string::npos)
      << stop;
}

TEST(Trainer, ACheckpointHoldsFiniteNumbersAlone) {
  const TemporaryFolder folder;
  const fs::path checkpoint = folder.path() / "checkpoint.safetensors";
  Trainer trainer(small_recipe({1, 0, 0}), small_images(), on_cpu());
  trainer.save(checkpoint);
  const std::string good = read_whole_file(checkpoint);
  const StoredTensors stored = StoredTensors::read(checkpoint);
  std::vector<StoredTensor> tensors(stored.tensors().begin(), stored.tensors().end());
  std::vector<std::byte> bytes(tensors[0].bytes.begin(), tensors[0].bytes.end());
  std::fill_n(bytes.begin(), 4, std::byte{0xff});  // NaN
  tensors[0].bytes = bytes;
  const fs::path damaged = folder.path() / "damaged.safetensors";
  write_safetensors(damaged, tensors, stored.metadata());
  const Trainer broken = Trainer::load(damaged, small_images(), "cpu");
  EXPECT_THROW(broken.save(checkpoint), Error);
  EXPECT_EQ(read_whole_file(checkpoint), good);
}

TEST(Trainer, AStageOfNoEpochsHasNoRate) {
  const Trainer trainer(small_recipe({0, 0, 0}), small_images(), on_cpu());
  EXPECT_EQ(trainer.running().learning_rate, 0);
  Recipe annealed = small_frozen_recipe();
  annealed.stages[0].epochs = 0;
  EXPECT_EQ(Trainer(annealed, small_images(), on_cpu()).running().dimensions, 2);
}

TEST(Trainer, RefusesOtherImagesAndDamagedCheckpoints) {
  const TemporaryFolder folder;
  const fs::path checkpoint = folder.path() / "checkpoint.safetensors";
  Trainer(small_recipe({1, 0, 0}), small_images(), on_cpu()).save(checkpoint);
  EXPECT_THROW(Trainer::load(checkpoint, small_images(25, 9), "cpu"), Error);
  fs::resize_file(checkpoint, fs::file_size(checkpoint) / 2);
  EXPECT_THROW(Trainer::load(checkpoint, small_images(), "cpu"), Error);
  std::ofstream(checkpoint) << "not a checkpoint";
  EXPECT_THROW(Trainer::load(checkpoint, small_images(), "cpu"), Error);
}

TEST(Trainer, NeedsTwoImages) {
  EXPECT_THROW(Trainer(small_recipe({1, 0, 0}), small_images(1), on_cpu()), Error);
}

TEST(Model, PlacesTheTrainingImagesWhereTheRunDid) {
  for (const bool wide : {false, true}) {
    Recipe recipe = small_recipe({1, 0, 0});
    if (wide) recipe.stages.resize(1);
    const ImageSet images = small_images();
    Trainer trainer(recipe, images, on_cpu());
    trainer.advance();
    const TemporaryFolder folder;
    trainer.model().save(folder.path() / "model.safetensors");
    const Model model = load_model(folder.path(), "cpu");
    EXPECT_EQ(model.side(), 16);
    EXPECT_EQ(model.recipe().backbone, "resnet-small");
    const Map placed = model.transform(images), own = trainer.map();
    ASSERT_EQ(placed.points.values.size(), own.points.values.size());
    for (size_t i = 0; i < own.points.values.size(); ++i) {
      EXPECT_NEAR(placed.points.values[i], own.points.values[i], 1e-4);
    }
  }
}

TEST(Model, IsAValue) {
  for (const Recipe& recipe : {small_recipe({2, 0, 1}), small_fast_recipe()}) {
    const ImageSet images = small_images();
    Trainer trainer(recipe, images, on_cpu());
    trainer.advance(Until::epoch);
    const Model model = trainer.model();
    const Matrix before = model.transform(images).points;
    trainer.advance();
    EXPECT_EQ(model.transform(images).points.values, before.values);
  }
}

TEST(Model, PlacesForManyThreads) {
  const ImageSet images = small_images(300);
  Trainer trainer(small_recipe({1, 0, 0}), images, on_cpu());
  trainer.advance();
  const Model model = trainer.model();
  const Map alone = model.transform(images);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      use_threads(2);
      for (int time = 0; time < 3; ++time) {
        EXPECT_EQ(model.transform(images).features.values, alone.features.values);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Model, RefusesImagesOfAnotherSizeAndFoldersWithoutOne) {
  const TemporaryFolder folder;
  Trainer(small_recipe({0, 0, 0}), small_images(), on_cpu())
      .model()
      .save(folder.path() / "model.safetensors");
  write_small_images(folder.path() / "idx", 3, 20);
  EXPECT_THROW(load_model(folder.path(), "cpu").transform(open_images(folder.path() / "idx")),
               Error);
  EXPECT_THROW(load_model(folder.path() / "idx", "cpu"), Error);
}

}  // namespace
}  // namespace tsimcne
