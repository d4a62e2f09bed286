#include "tsimcne/train/schedule.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace tsimcne {
namespace {

using Json = nlohmann::json;

Json fixture() {
  return Json::parse(std::ifstream(TEST_DATA "/loss_and_schedule.json"));
}

TEST(Schedule, RatesEqualTheReference) {
  const Json schedules = fixture()["schedules"];
  ASSERT_FALSE(schedules.empty());
  for (const Json& schedule : schedules) {
    for (int epoch = 0; epoch < schedule["epochs"]; ++epoch) {
      const double wanted = schedule["rate_of_epoch"][static_cast<size_t>(epoch)];
      EXPECT_NEAR(learning_rate_at(epoch, schedule["epochs"], schedule["warmup"],
                                   schedule["learning_rate"]),
                  wanted, 1e-9 * wanted);
    }
  }
}

TEST(Schedule, OfNoEpochsIsFinite) {
  EXPECT_EQ(learning_rate_at(0, 0, 0, 0.03), 0);
  EXPECT_EQ(dimensions_at(0, 0, 128, 2), 2);
}

TEST(Schedule, AWarmUpOfOneEpochIsNone) {
  EXPECT_EQ(learning_rate_at(0, 10, 1, 0.5), learning_rate_at(0, 10, 0, 0.5));
  EXPECT_EQ(learning_rate_at(0, 1, 0, 0.5), 0.5);
}

TEST(Schedule, DimensionsEqualTheReference) {
  const Json annealings = fixture()["dimension_annealing"];
  ASSERT_FALSE(annealings.empty());
  for (const Json& annealing : annealings) {
    const int from = annealing["from_dim"], to = annealing["to_dim"];
    for (int epoch = 0; epoch < annealing["epochs"]; ++epoch) {
      const int listed = annealing["dims_of_epoch"][static_cast<size_t>(epoch)];
      EXPECT_EQ(dimensions_at(epoch, annealing["epochs"], from, to),
                std::max(to, std::min(from, listed)));
    }
  }
}

TEST(Schedule, OneCycleGoesUpInATenthAndDownToNothing) {
  EXPECT_EQ(one_cycle(0), 0);
  EXPECT_NEAR(one_cycle(0.05), 0.5, 1e-12);
  EXPECT_NEAR(one_cycle(0.1), 1, 1e-12);
  EXPECT_NEAR(one_cycle(0.55), 0.5, 1e-12);
  EXPECT_NEAR(one_cycle(1), 0, 1e-12);
}

}  // namespace
}  // namespace tsimcne
