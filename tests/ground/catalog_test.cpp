#include "tsimcne/catalog.hpp"

#include <gtest/gtest.h>

namespace tsimcne {
namespace {

using Names = std::vector<std::string>;

TEST(NaturalLess, PutsNumbersByTheirSizeAndLettersByTheirBytes) {
  const Names sorted{"",        "0",       "00",      "01",     "1",
                     "1a",      "2",       "0010",    "10",     "99999999999999999999",
                     "Class2",  "class",   "class 2", "class2", "class02b",
                     "class2b", "class10", "classA",  "é"};
  for (size_t a = 0; a < sorted.size(); ++a) {
    for (size_t b = 0; b < sorted.size(); ++b) {
      EXPECT_EQ(natural_less(sorted[a], sorted[b]), a < b) << sorted[a] << " and " << sorted[b];
    }
  }
}

TEST(SetLabels, NumbersNamesInNaturalOrder) {
  Catalog catalog;
  catalog.labels = {0};
  catalog.label_names = {"old"};
  set_labels(catalog, Names{"class10", "", "class2", "class10", "Class2", "01", "1"});
  EXPECT_EQ(catalog.label_names, (Names{"01", "1", "Class2", "class2", "class10"}));
  EXPECT_EQ(catalog.labels, (std::vector<int32_t>{4, -1, 3, 4, 2, 0, 1}));
  set_labels(catalog, Names{"", ""});
  EXPECT_FALSE(catalog.has_labels());
  EXPECT_EQ(catalog.labels, (std::vector<int32_t>{-1, -1}));
}

TEST(OrderLabels, KeepsEachImagesNameAndNoNameOfNone) {
  Catalog catalog;
  catalog.labels = {3, 0, -1, 1, 2, 4};
  catalog.label_names = {"truck", "10", "9", "truck", "", "unused"};
  order_labels(catalog);
  EXPECT_EQ(catalog.label_names, (Names{"9", "10", "truck"}));
  EXPECT_EQ(catalog.labels, (std::vector<int32_t>{2, 2, -1, 1, 0, -1}));
  const Catalog once = catalog;
  order_labels(catalog);
  EXPECT_EQ(catalog.labels, once.labels);
  EXPECT_EQ(catalog.label_names, once.label_names);
}

}  // namespace
}  // namespace tsimcne
