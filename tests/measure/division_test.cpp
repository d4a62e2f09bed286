#include "tsimcne/measure/division.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

Catalog catalog_of(std::vector<int32_t> labels, std::vector<Split> splits) {
  Catalog catalog;
  catalog.paths.resize(labels.size());
  catalog.labels = std::move(labels);
  catalog.splits = std::move(splits);
  catalog.label_names = {"a", "b"};
  return catalog;
}

TEST(OfficialDivision, IsTestAgainstTheRest) {
  const auto division = official_division(catalog_of(
      {0, 1, 0, -1, 1}, {Split::test, Split::train, Split::none, Split::test, Split::val}));
  ASSERT_TRUE(division);
  EXPECT_EQ(division->test, (std::vector<int64_t>{0}));
  EXPECT_EQ(division->train, (std::vector<int64_t>{1, 2, 4}));
}

TEST(OfficialDivision, NeedsLabelledRowsOnBothSides) {
  EXPECT_FALSE(official_division(catalog_of({0, 1}, {Split::train, Split::train})));
  EXPECT_FALSE(official_division(catalog_of({0, 1}, {Split::test, Split::test})));
  EXPECT_FALSE(official_division(catalog_of({0, -1}, {Split::train, Split::test})));
}

TEST(FirstRowsDivision, CutsOnceAndLeavesUnlabelledRowsOut) {
  const std::vector<int32_t> labels{0, -1, 1, 0, -1};
  const Division division = first_rows_division(labels, 3);
  EXPECT_EQ(division.train, (std::vector<int64_t>{0, 2}));
  EXPECT_EQ(division.test, (std::vector<int64_t>{3}));
  EXPECT_THROW(first_rows_division(labels, 4), Error);
  EXPECT_THROW(first_rows_division(labels, 0), Error);
}

TEST(RandomDivision, DealsEachClassInProportion) {
  std::vector<int32_t> labels;
  for (int i = 0; i < 100; ++i) labels.push_back(i < 10 ? -1 : i < 35 ? 0 : i < 75 ? 1 : 2);
  // 25, 40 and 25 of 90 rows; 20 test rows are 5.56, 8.89 and 5.56: the remainders give 6, 9, 5.
  const Division division = random_division(labels, 20, 3);
  std::vector<int> counts(3);
  for (const int64_t row : division.test) {
    ASSERT_GE(labels[static_cast<size_t>(row)], 0);
    ++counts[static_cast<size_t>(labels[static_cast<size_t>(row)])];
  }
  EXPECT_EQ(counts, (std::vector<int>{6, 9, 5}));

  std::vector<int64_t> all = division.train;
  all.insert(all.end(), division.test.begin(), division.test.end());
  std::ranges::sort(all);
  EXPECT_EQ(all.size(), 90u);
  EXPECT_EQ(all.front(), 10);
  EXPECT_TRUE(std::ranges::adjacent_find(all) == all.end());
}

TEST(RandomDivision, ChangesWithTheSeedAlone) {
  const std::vector<int32_t> labels(200, 0);
  EXPECT_EQ(random_division(labels, 50, 1).test, random_division(labels, 50, 1).test);
  EXPECT_NE(random_division(labels, 50, 1).test, random_division(labels, 50, 2).test);
}

TEST(RandomDivision, RefusesEmptySides) {
  const std::vector<int32_t> labels{0, 0, 1, -1};
  EXPECT_THROW(random_division(labels, 0, 1), Error);
  EXPECT_THROW(random_division(labels, 3, 1), Error);
  EXPECT_EQ(random_division(labels, 2, 1).test.size(), 2u);
}

}  // namespace
}  // namespace tsimcne
