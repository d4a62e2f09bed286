#include "tsimcne/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace tsimcne {
namespace {

TEST(Random, SameKeySameNumbersOtherKeyOthers) {
  Random a(7, Stream::views, 3, 4), b(7, Stream::views, 3, 4), c(7, Stream::views, 4, 3);
  int equal = 0;
  for (int i = 0; i < 100; ++i) {
    const uint32_t x = a.bits();
    EXPECT_EQ(x, b.bits());
    equal += x == c.bits();
  }
  EXPECT_EQ(equal, 0);
}

TEST(Random, GivesThePublishedPhiloxNumbers) {
  // Key 0, counter 0 0 0 0 gives 6627e8d5 e169c58d bc57ac4c 9b00dbd8 (Random123's known answers).
  Random random(0, static_cast<Stream>(0));
  EXPECT_EQ(random.bits(), 0x6627e8d5u);
  EXPECT_EQ(random.bits(), 0xe169c58du);
  EXPECT_EQ(random.bits(), 0xbc57ac4cu);
  EXPECT_EQ(random.bits(), 0x9b00dbd8u);
}

TEST(Random, BelowIsUniform) {
  Random random(1, Stream::order);
  std::array<int, 7> counts{};
  const int draws = 70000;
  for (int i = 0; i < draws; ++i) ++counts[random.below(7)];
  double chi2 = 0;
  for (const int count : counts)
    chi2 += (count - draws / 7.0) * (count - draws / 7.0) / (draws / 7.0);
  EXPECT_LT(chi2, 22.5);  // 6 degrees of freedom, p = 0.001
}

TEST(Random, OrderHoldsEveryNumberOnce) {
  Random random(1, Stream::order);
  std::vector<int64_t> order = random_order(1000, random);
  EXPECT_FALSE(std::ranges::is_sorted(order));
  std::ranges::sort(order);
  for (size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], static_cast<int64_t>(i));
}

}  // namespace
}  // namespace tsimcne
