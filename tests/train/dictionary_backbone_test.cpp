#include "tsimcne/train/dictionary_backbone.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/train/trainer.hpp"
#include "tsimcne/views/batch.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

constexpr DictionaryOptions small{
    .atoms = 150, .cells = 2, .directions = 20, .left_out = 2, .components = 16, .pixels = 8};

class OfDictionary : public testing::Test {
 protected:
  ImageSet images(int count = 60, uint64_t seed = 1) const {
    const fs::path idx = folder_.path() / ("images-" + std::to_string(seed));
    write_small_images(idx, count, 16, seed);
    return open_images(idx);
  }

  /// The head alone, on the dictionary's features.
  static Recipe recipe() {
    Recipe recipe = recipe_named("fast");
    recipe.backbone = dictionary_name;
    recipe.dictionary = small;
    recipe.hidden = 16;
    recipe.stages[0].epochs = 0;
    recipe.stages[1].epochs = 3;
    recipe.stages[1].batch = 16;
    return recipe;
  }

  static TrainerOptions on_cpu() { return {.seed = 3, .device = "cpu"}; }

  fs::path path(const std::string& name) const { return folder_.path() / name; }

 private:
  TemporaryFolder folder_;
};

torch::Tensor all_of(const ImageSet& images) {
  std::vector<int64_t> chosen(static_cast<size_t>(images.size()));
  std::iota(chosen.begin(), chosen.end(), int64_t{0});
  torch::Tensor x = torch::empty({images.size(), 3, images.side(), images.side()});
  fill_images(images, chosen, {x.data_ptr<float>(), static_cast<size_t>(x.numel())});
  return x;
}

TEST_F(OfDictionary, ItsFeaturesAreTheDictionarys) {
  const ImageSet set = images();
  DictionaryBackbone backbone(small, set.side());
  EXPECT_TRUE(backbone.empty());
  backbone.learn(set, 5);
  EXPECT_FALSE(backbone.empty());
  EXPECT_TRUE(backbone.parameters().empty());
  const torch::Tensor features = backbone.forward(all_of(set));
  ASSERT_EQ(features.size(1), backbone.features());

  const Dictionary dictionary = learn_dictionary(set, small, 5);
  std::vector<std::span<const uint8_t>> pixels;
  for (int64_t i = 0; i < set.size(); ++i) pixels.push_back(set.pixels(i));
  const Matrix wanted = dictionary.features(pixels);
  for (int64_t i = 0; i < wanted.rows; ++i) {
    for (int64_t c = 0; c < dictionary.axes.directions.rows; ++c) {
      ASSERT_EQ(features[i][c].item<float>(), wanted.row(i)[static_cast<size_t>(c)]);
    }
  }
}

TEST_F(OfDictionary, ImagesOfAnotherSideAreRefused) {
  DictionaryBackbone backbone(small, 16);
  EXPECT_THROW(backbone.forward(torch::zeros({1, 3, 12, 12})), Error);
}

TEST_F(OfDictionary, AModelGivesTheRunsOwnMap) {
  Trainer trainer(recipe(), images(), on_cpu());
  trainer.advance();
  const Map map = trainer.map();
  fs::create_directories(path("run"));
  trainer.model().save(path("run") / "model.safetensors");
  const Map again = load_model(path("run"), "cpu").transform(images());
  EXPECT_EQ(again.features.values, map.features.values);
  EXPECT_EQ(again.points.values, map.points.values);
}

TEST_F(OfDictionary, ARunThatIsResumedAtAnyMomentGivesTheSameMap) {
  Trainer whole(recipe(), images(), on_cpu());
  whole.advance();
  const Map wanted = whole.map();
  for (int stop : {0, 1, 2, 5, 9}) {
    Trainer trainer(recipe(), images(), on_cpu());
    for (int i = 0; i < stop; ++i) trainer.advance(Until::batch);
    trainer.save(path("checkpoint"));
    Trainer resumed = Trainer::load(path("checkpoint"), images(), "cpu");
    resumed.advance();
    const Map map = resumed.map();
    EXPECT_EQ(map.features.values, wanted.features.values) << stop;
    EXPECT_EQ(map.points.values, wanted.points.values) << stop;
  }
}

TEST_F(OfDictionary, AnEarlierRunsDictionaryIsKept) {
  Trainer earlier(recipe(), images(70, 7), on_cpu());
  earlier.advance();
  fs::create_directories(path("earlier"));
  earlier.model().save(path("earlier") / "model.safetensors");

  TrainerOptions options = on_cpu();
  options.start_from = path("earlier");
  Recipe other = recipe();
  other.dictionary = {};
  Trainer trainer(other, images(), options);
  trainer.advance();
  EXPECT_EQ(trainer.recipe().dictionary.atoms, small.atoms);
  const Map there = load_model(path("earlier"), "cpu").transform(images());
  EXPECT_EQ(trainer.map().features.values, there.features.values);
}

}  // namespace
}  // namespace tsimcne
