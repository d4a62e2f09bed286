#include "tsimcne/train/recipe.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

TEST(Recipe, PaperIsThePublishedOne) {
  const Recipe recipe = recipe_named("paper");
  ASSERT_EQ(recipe.stages.size(), 3u);
  EXPECT_EQ(recipe.stages[0].epochs, 1000);
  EXPECT_EQ(recipe.stages[0].dimensions, 128);
  EXPECT_EQ(recipe.stages[1].epochs, 50);
  EXPECT_EQ(recipe.stages[1].learns, Learns::last_layer);
  EXPECT_EQ(recipe.stages[1].warm_up, 0);
  EXPECT_EQ(recipe.stages[2].epochs, 450);
  EXPECT_EQ(recipe.stages[2].learning_rate, 0.03 / 1000);
  EXPECT_EQ(recipe.momentum, 0.9);
  EXPECT_EQ(recipe.weight_decay, 5e-4);
  EXPECT_EQ(recipe.clip, 4);
}

TEST(Recipe, GoesThroughJsonUnchanged) {
  for (const char* name : {"fast", "paper", "annealed", "simclr"}) {
    Recipe recipe = recipe_named(name);
    recipe.views.crop_area_low = 0.37;
    EXPECT_EQ(to_json(recipe_of_json(to_json(recipe))), to_json(recipe));
    EXPECT_NE(to_json(recipe).find("0.37"), std::string::npos);
  }
}

TEST(Recipe, OlderFilesHaveOtherWords) {
  const Recipe recipe = recipe_named("fast");
  std::string text = to_json(recipe);
  for (size_t at = 0; (at = text.find("\"optimizer\"")) != std::string::npos;) {
    text.replace(at, 11, "\"method\"");
  }
  for (const char* const newer : {"\"from\":\"features\",", "\"from\":\"views\",",
                                  "\"positive\":\"neighbor\",", "\"positive\":\"view\","}) {
    const size_t at = text.find(newer);
    ASSERT_NE(at, std::string::npos) << newer << text;
    text.erase(at, std::string_view(newer).size());
  }
  for (size_t at = 0; (at = text.find("\"learns\"")) != std::string::npos;) {
    text.replace(at, 8, "\"trains\"");
  }
  EXPECT_EQ(to_json(recipe_of_json(text)), to_json(recipe));
  EXPECT_EQ(recipe_of_json(text).stages[0].optimizer, OptimizerName::muon);
}

TEST(Recipe, OlderFilesDoNotSayThatTheBackboneIsFrozen) {
  Recipe recipe = recipe_named("paper");
  std::string text = to_json(recipe);
  const std::string field = "\"freeze_backbone\":false,";
  ASSERT_NE(text.find(field), std::string::npos) << text;
  text.erase(text.find(field), field.size());
  EXPECT_FALSE(recipe_of_json(text).freeze_backbone);
  recipe.freeze_backbone = true;
  EXPECT_TRUE(recipe_of_json(to_json(recipe)).freeze_backbone);
}

TEST(Recipe, RefusesTheImpossible) {
  EXPECT_THROW(recipe_named("pape"), Error);
  EXPECT_THROW(recipe_of_json("{}"), Error);
  EXPECT_THROW(recipe_of_json("{"), Error);
  Recipe recipe = recipe_named("paper");
  recipe.batch = 1;
  EXPECT_THROW(validate(recipe), Error);
  recipe = recipe_named("paper");
  recipe.stages[0].epochs = -1;
  EXPECT_THROW(validate(recipe), Error);
  recipe = recipe_named("paper");
  recipe.backbone = "vgg";
  EXPECT_THROW(validate(recipe), Error);
  recipe = recipe_named("paper");
  recipe.stages[0].kernel = "laplace";
  EXPECT_THROW(validate(recipe), Error);
  recipe = recipe_named("paper");
  recipe.hidden = 1 << 30;
  EXPECT_THROW(validate(recipe), Error);
  recipe = recipe_named("paper");
  recipe.stages[0].dimensions = 1 << 30;
  EXPECT_THROW(validate(recipe), Error);
  recipe = recipe_named("paper");
  recipe.stages[0].epochs = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(validate(recipe), Error);
  recipe = recipe_named("fast");
  recipe.stages[0].view_side = 0;
  EXPECT_THROW(validate(recipe), Error);
  recipe = recipe_named("fast");
  recipe.stages[1].neighbors = 0;
  EXPECT_THROW(validate(recipe), Error);
  recipe = recipe_named("fast");
  recipe.stages[1].batch = 1;
  EXPECT_THROW(validate(recipe), Error);
}

TEST(Recipe, RefusesNumbersThatCannotLearn) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto refused = [](const auto& change) {
    Recipe recipe = recipe_named("paper");
    change(recipe);
    EXPECT_THROW(validate(recipe), Error);
    EXPECT_THROW(recipe_of_json(to_json(recipe)), Error);
  };
  for (const double rate : {nan, infinity, -0.03, 1e30}) {
    refused([&](Recipe& recipe) { recipe.stages[1].learning_rate = rate; });
  }
  for (const double momentum : {nan, -0.1, 1.0}) {
    refused([&](Recipe& recipe) { recipe.momentum = momentum; });
  }
  for (const double decay : {nan, infinity, -1e-9}) {
    refused([&](Recipe& recipe) { recipe.weight_decay = decay; });
  }
  for (const double clip : {nan, infinity, 0.0, -4.0}) {
    refused([&](Recipe& recipe) { recipe.clip = clip; });
  }
  refused([](Recipe& recipe) { recipe.stages[0].warm_up = -1; });
  refused([](Recipe& recipe) { recipe.stages[2].dimensions = 1; });
  for (const int atoms : {-1, 0, 1 << 30}) {
    refused([&](Recipe& recipe) { recipe.dictionary.atoms = atoms; });
  }
  refused([](Recipe& recipe) { recipe.dictionary.patch = 1; });
  refused([](Recipe& recipe) { recipe.dictionary.stride = 0; });
  refused([](Recipe& recipe) { recipe.dictionary.cells = 1000; });
  refused([&](Recipe& recipe) { recipe.dictionary.pixel_weight = nan; });
}

}  // namespace
}  // namespace tsimcne
