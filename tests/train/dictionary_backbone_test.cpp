#include "tsimcne/train/dictionary_backbone.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/train/model_state.hpp"
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
    Recipe recipe = with_encoder(/*epochs=*/0);
    recipe.kept_views = 0;
    return recipe;
  }

  /// Both, after an encoder.
  static Recipe with_encoder(double epochs = 2) {
    Recipe recipe = on_dictionary(recipe_named("fast"));
    recipe.dictionary = small;
    recipe.kept_views = 3;
    recipe.hidden = 16;
    recipe.stages[0].epochs = epochs;
    recipe.stages[1].epochs = 3;
    for (Stage& stage : recipe.stages) stage.batch = 16;
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
  DictionaryBackbone backbone(small, set.side(), /*encoder_width=*/0);
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
  DictionaryBackbone backbone(small, 16, /*encoder_width=*/0);
  EXPECT_THROW(backbone.forward(torch::zeros({1, 3, 12, 12})), Error);
}

TEST_F(OfDictionary, AModelGivesTheRunsOwnMap) {
  for (const Recipe& made : {recipe(), with_encoder()}) {
    Trainer trainer(made, images(), on_cpu());
    trainer.advance();
    const Map map = trainer.map();
    fs::create_directories(path("run"));
    trainer.model().save(path("run") / "model.safetensors");
    const Map again = load_model(path("run"), "cpu").transform(images());
    EXPECT_EQ(again.features.values, map.features.values);
    EXPECT_EQ(again.points.values, map.points.values);
  }
}

/// The rows of features, those of the dictionary and those of the encoder.
TEST_F(OfDictionary, AnEncodersCodeStandsBesideWhatTheDictionarySees) {
  Trainer trainer(with_encoder(), images(), on_cpu());
  trainer.advance();
  const Matrix features = trainer.map().features;
  DictionaryBackbone alone(small, 16, /*encoder_width=*/0);
  alone.learn(images(), on_cpu().seed);
  const Matrix seen = rows_of(alone.forward(all_of(images())));
  ASSERT_EQ(features.cols, seen.cols + 128);
  for (int64_t i = 0; i < features.rows; ++i) {
    const auto row = features.row(i);
    const auto count = static_cast<size_t>(seen.cols);
    ASSERT_TRUE(std::ranges::equal(row.first(count), seen.row(i)));
    const auto code = row.subspan(count);
    EXPECT_NEAR(std::inner_product(code.begin(), code.end(), code.begin(), 0.0), 16, 1e-3);
  }
}

TEST_F(OfDictionary, AnEncoderLearnsWhatViewsShare) {
  Recipe recipe = with_encoder(/*epochs=*/20);
  recipe.stages[0].learning_rate = 0.03;
  Trainer trainer(recipe, images(), on_cpu());
  trainer.advance(Until::stage);
  EXPECT_LT(trainer.history().back().loss, 0.8 * trainer.history().front().loss);
  EXPECT_EQ(trainer.history().back().dimensions, 128);
}

TEST_F(OfDictionary, AnEncoderNeedsViewsToLearnFrom) {
  Recipe none = with_encoder();
  none.kept_views = 0;
  EXPECT_THROW(Trainer(none, images(), on_cpu()), Error);
}

TEST_F(OfDictionary, ARunThatIsResumedAtAnyMomentGivesTheSameMap) {
  Trainer whole(with_encoder(), images(), on_cpu());
  whole.advance();
  const Map wanted = whole.map();
  for (int stop : {0, 1, 4, 7, 8, 9, 13}) {  // a stage of 8 batches, and one of 12
    Trainer trainer(with_encoder(), images(), on_cpu());
    for (int i = 0; i < stop; ++i) trainer.advance(Until::batch);
    trainer.save(path("checkpoint"));
    Trainer resumed = Trainer::load(path("checkpoint"), images(), "cpu");
    resumed.advance();
    const Map map = resumed.map();
    EXPECT_EQ(map.features.values, wanted.features.values) << stop;
    EXPECT_EQ(map.points.values, wanted.points.values) << stop;
  }
}

/// It would have nothing to learn with.
TEST_F(OfDictionary, AnEarlierRunWithoutAnEncoderIsRefusedWhereOneWouldLearn) {
  Trainer earlier(recipe(), images(), on_cpu());
  earlier.advance();
  fs::create_directories(path("plain"));
  earlier.model().save(path("plain") / "model.safetensors");
  TrainerOptions options = on_cpu();
  options.start_from = path("plain");
  EXPECT_THROW(Trainer(with_encoder(), images(), options), Error);
}

TEST_F(OfDictionary, AnEarlierRunsDictionaryAndEncoderAreKept) {
  Trainer earlier(with_encoder(), images(70, 7), on_cpu());
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
