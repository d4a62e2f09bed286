#include <gtest/gtest.h>

#include "tsimcne/error.hpp"
#include "tsimcne/methods/method.hpp"

namespace tsimcne {
namespace {

TEST(Methods, AreToldInSentences) {
  ASSERT_GE(methods().size(), 3u);
  for (const MethodEntry& method : methods()) {
    EXPECT_EQ(method_named(method.name).name, method.name);
    EXPECT_FALSE(method.sentence.empty());
    EXPECT_FALSE(method.when.empty());
    for (const Setting& setting : method.settings()) {
      EXPECT_FALSE(setting.methods.empty()) << method.name << " has --" << setting.name;
    }
  }
}

TEST(Methods, OfAnUnknownNameAreListed) {
  try {
    method_named("som");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(
        error.what(),
        "there is no method \"som\"; there are tsimcne, simclr, pretrained, pca, tsne, umap, "
        "ptsne, pumap");
  }
}

}  // namespace
}  // namespace tsimcne
