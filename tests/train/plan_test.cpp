#include "tsimcne/train/plan.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/small_images.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/network/backbones.hpp"

namespace tsimcne {
namespace {

constexpr Speed speed = {.batch = 0.5, .image = 0.001, .head_batch = 0.1, .neighbors = 20};

TEST(Plan, FillsTheTimeItIsGiven) {
  for (const char* name : {"fast", "paper", "annealed"}) {
    for (const double seconds : {300.0, 1800.0, 7200.0}) {
      const Recipe planned = fit_into(recipe_named(name), seconds, 60'000, speed);
      const double taken = seconds_of(planned, 60'000, speed);
      EXPECT_LE(taken, seconds) << name;
      EXPECT_GT(taken, 0.97 * seconds) << name;
    }
  }
}

TEST(Plan, KeepsTheProportionsOfTheStages) {
  const Recipe planned = fit_into(recipe_named("paper"), 36'000, 60'000, speed);
  EXPECT_NEAR(planned.stages[1].epochs / planned.stages[0].epochs, 0.05, 0.01);
  EXPECT_NEAR(planned.stages[2].epochs / planned.stages[0].epochs, 0.45, 0.01);
}

/// 100 epochs of 118 batches take 1,180 s.
TEST(Plan, GivesTheHeadBetweenATenthAndAThirdOfTheTime) {
  const auto head_epochs = [](double seconds) {
    return fit_into(recipe_named("fast"), seconds, 60'000, speed).stages[1].epochs;
  };
  EXPECT_EQ(head_epochs(3600), 100);
  EXPECT_NEAR(head_epochs(170), 100 * 170 / 3.0 / 1180, 0.01);
  EXPECT_NEAR(head_epochs(14'400), 100 * 1440 / 1180.0, 0.1);
}

/// An epoch of a few images is a batch, and a head does not learn in a hundred.
TEST(Plan, GivesTheHeadOfASmallCollectionEnoughBatches) {
  const Speed quick = {.batch = 0.1, .image = 0.001, .head_batch = 0.01, .neighbors = 0.1};
  EXPECT_EQ(fit_into(recipe_named("fast"), 300, 200, quick).stages[1].epochs, 3000);
}

/// Features take 60 s, their neighbours 20.
TEST(Plan, GivesTheHeadTheTimeThatIsLeftWhenItBegins) {
  const Recipe recipe = recipe_named("fast");
  const auto head_epochs = [&](double seconds) {
    return head_epochs_for(recipe, seconds, 60'000, speed);
  };
  EXPECT_NEAR(head_epochs(80 + 1180), 100, 0.1);
  EXPECT_NEAR(head_epochs(80 + 1770), 150, 0.1);
  EXPECT_EQ(head_epochs(80 + 100), 50);  // never less than half
  EXPECT_EQ(head_epochs(9000), 200);     // nor more than twice
  EXPECT_EQ(head_epochs(-5), 50);
}

/// At half a second a batch of 512, ten hours are more than 500 epochs of 60,000 images.
TEST(Plan, TakesTheDeeperNetworkWhereThereIsTimeForIt) {
  Recipe recipe = recipe_named("fast");
  EXPECT_EQ(backbone_for(fit_into(recipe, 2400, 60'000, speed), 60'000), "resnet-fast");
  EXPECT_EQ(backbone_for(fit_into(recipe, 36'000, 60'000, speed), 60'000), "resnet-fast-deep");
  recipe.backbone = "resnet-small";
  EXPECT_EQ(backbone_for(fit_into(recipe, 36'000, 60'000, speed), 60'000), "resnet-small");
}

TEST(Plan, TakesADictionaryWhereTheNetworkWouldSeeLittle) {
  Recipe recipe = recipe_named("fast");
  EXPECT_EQ(backbone_for(fit_into(recipe, 300, 60'000, speed), 60'000), dictionary_name);
  recipe.backbone = "resnet18";
  EXPECT_EQ(backbone_for(fit_into(recipe, 300, 60'000, speed), 60'000), "resnet18");
}

TEST(Plan, HasDictionariesThatSeeMoreAndMore) {
  for (const int side : {32, 64}) {
    for (const int64_t n : {200, 5000, 60'000}) {
      SCOPED_TRACE(fmt::format("{} images of {} pixels", n, side));
      const std::vector<Recipe> all = with_dictionaries(recipe_named("fast"), n, side);
      double before = 0;
      for (const Recipe& recipe : all) {
        EXPECT_EQ(recipe.backbone, dictionary_name);
        EXPECT_EQ(recipe.stages[0].epochs > 0, recipe.kept_views > 0);
        EXPECT_EQ(recipe.stages[1].epochs, 100);
        const DictionaryOptions& dictionary = recipe.dictionary;
        const double cost = dictionary.atoms / std::pow(dictionary.stride * dictionary.grain, 2) *
                            (1 + recipe.kept_views);
        EXPECT_GT(cost, before);
        before = cost;
      }
      EXPECT_EQ(all.front().dictionary.grain, side == 64 ? 2 : 1);
      EXPECT_EQ(all.back().dictionary.grain, 1);
    }
  }
}

/// Of 300 s the dictionary takes 10, features 60, their neighbours 20.
TEST(Plan, GivesAllTheTimeToTheHeadWhereNothingElseLearns) {
  const Recipe recipe = with_dictionaries(recipe_named("fast"), 60'000, 32).front();
  const Speed of_dictionary = {
      .dictionary = 10, .image = 0.001, .head_batch = 0.01, .neighbors = 20};
  const Recipe planned = fit_into(recipe, 300, 60'000, of_dictionary);
  EXPECT_EQ(planned.stages[0].epochs, 0);
  EXPECT_NEAR(planned.stages[1].epochs, 210 / 1.18, 0.1);
  EXPECT_TRUE(leaves_time_to_learn(recipe, 300, 60'000, of_dictionary));
  EXPECT_FALSE(leaves_time_to_learn(recipe, 150, 60'000, of_dictionary));
  const Recipe with_views = on_dictionary(recipe_named("fast"));  // 330 s before any learning
  EXPECT_TRUE(leaves_time_to_learn(with_views, 560, 60'000, of_dictionary));
  EXPECT_FALSE(leaves_time_to_learn(with_views, 500, 60'000, of_dictionary));
}

/// A hundred thousand views are enough, but of an image no more than 32.
TEST(Plan, FewerImagesAreLookedAtInMoreViews) {
  const auto most_views = [](int64_t n) {
    return with_dictionaries(recipe_named("fast"), n, 64).back().kept_views;
  };
  EXPECT_EQ(most_views(200), 0);
  EXPECT_EQ(most_views(1000), 32);
  EXPECT_EQ(most_views(5'000), 20);
  EXPECT_EQ(most_views(60'000), 4);
  EXPECT_EQ(most_views(1'000'000), 4);
}

/// Of five kept images an encoder learns fifty epochs, however much time there is.
TEST(Plan, StopsAnEncoderBeforeItLearnsTooMuch) {
  const Recipe recipe = on_dictionary(recipe_named("fast"));
  const Speed quick = {.batch = 0.01, .image = 1e-4, .head_batch = 0.01, .neighbors = 1};
  const Recipe planned = fit_into(recipe, 3000, 1000, quick);
  EXPECT_NEAR(planned.stages[0].epochs, 50, 0.1);
  EXPECT_NEAR(seconds_of(planned, 1000, quick), 3000, 3);
}

/// Of 460 s the dictionary takes 10, five looks at the images 300, of which one gives the features,
/// neighbours 20.
TEST(Plan, GivesTheEncoderOfADictionaryTwoFifthsOfTheRest) {
  const Recipe recipe = on_dictionary(recipe_named("fast"));
  ASSERT_EQ(recipe.kept_views, 4);
  const Speed of_dictionary = {
      .batch = 0.02, .dictionary = 10, .image = 0.001, .head_batch = 0.01, .neighbors = 20};
  const Recipe planned = fit_into(recipe, 460, 60'000, of_dictionary);
  EXPECT_NEAR(planned.stages[0].epochs, 0.4 * 130 / 1.18, 0.1);
  EXPECT_NEAR(planned.stages[1].epochs, 0.6 * 130 / 1.18, 0.1);
  EXPECT_NEAR(seconds_of(planned, 60'000, of_dictionary), 460, 1);
}

/// An encoder learns from some of very many images.
TEST(Plan, TheTimeOfAnEncoderDoesNotGrowBeyondSixtyFiveThousandImages) {
  const Recipe recipe = on_dictionary(recipe_named("fast"));
  const Speed of_dictionary = {.batch = 0.02, .dictionary = 10, .image = 0.001};
  const Stage& encoder = recipe.stages[0];
  EXPECT_EQ(seconds_of(encoder, recipe, 1'000'000, of_dictionary),
            seconds_of(encoder, recipe, 65'536, of_dictionary));
}

/// One batch, 60 s of features, 20 of their neighbours, and a third of it all for the head; of the
/// paper's recipe a batch a stage and 60 s of placing.
TEST(Plan, TakesTheShortestPlanWhereTheBudgetIsShorter) {
  EXPECT_NEAR(least_seconds(recipe_named("fast"), 60'000, speed), 80.5 * 1.5, 1e-9);
  EXPECT_NEAR(least_seconds(recipe_named("paper"), 60'000, speed), 61.5, 1e-9);
  for (const char* name : {"fast", "paper"}) {
    const Recipe recipe = recipe_named(name);
    const double least = least_seconds(recipe, 60'000, speed);
    for (const double seconds : {-5.0, 0.0, 30.0}) {
      const Recipe planned = fit_into(recipe, seconds, 60'000, speed);
      EXPECT_NO_THROW(validate(planned));
      EXPECT_NEAR(seconds_of(planned, 60'000, speed), least, 0.02 * least) << name;
    }
  }
}

/// 200 images are a batch an epoch, and 100 epochs of the head a second.
TEST(Plan, TheShortestPlanLeavesTheHeadItsOwnEpochsWhereTheyAreFew) {
  const Speed quick = {.batch = 0.5, .image = 0.01, .head_batch = 0.01, .neighbors = 0.5};
  EXPECT_NEAR(least_seconds(recipe_named("fast"), 200, quick), 3 + 1, 1e-9);
  EXPECT_NEAR(fit_into(recipe_named("fast"), 1, 200, quick).stages[1].epochs, 100, 1e-9);
}

TEST(Plan, MeasuresAllThatTheRecipeDoes) {
  const TemporaryFolder folder;
  write_small_images(folder.path(), 30, 16, 1);
  const ImageSet images = open_images(folder.path());
  const TrainerOptions options = {.device = "cpu", .algorithms = "direct"};
  const Speed fast = measure_speed(recipe_named("fast"), images, options);
  EXPECT_GT(fast.batch, 0);
  EXPECT_GT(fast.image, 0);
  EXPECT_GT(fast.head_batch, 0);
  EXPECT_GT(fast.neighbors, 0);
  Recipe annealed = recipe_named("annealed");
  annealed.backbone = "resnet-small";
  const Speed other = measure_speed(annealed, images, options);
  EXPECT_EQ(other.head_batch, 0);
  EXPECT_EQ(other.neighbors, 0);
}

}  // namespace
}  // namespace tsimcne
