#include "tsimcne/explore/comparison_page.hpp"

#include <gtest/gtest.h>

#include "tests/explore/small_exhibit.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/explore/bundle.hpp"

namespace tsimcne {
namespace {

class ExportedComparison : public testing::Test {
 protected:
  void SetUp() override {
    if (comparison_page_text.head.empty()) GTEST_SKIP() << "built without the page";
    exhibit_ = small_exhibit(folder_.path() / "images", 30, 16);
    turned_ = exhibit_.map;
    for (float& value : turned_.points.values) value = -value;
    page_.title = "small";
    page_.table = {.first = "method",
                   .columns = {{"kept", "of all"}},
                   .rows = {{"one", {{"12 %", true}}}, {"two", {}, "it </script> crashed"}},
                   .notes = {"As said."}};
    page_.maps = {{"one", "12 %", &exhibit_.map}, {"two", "", &turned_}};
    page_.images = exhibit_.images;
  }

  TemporaryFolder folder_;
  Exhibit exhibit_;
  Map turned_;
  ComparisonPage page_;
};

TEST_F(ExportedComparison, HoldsAllMapsInOneFile) {
  const auto path = folder_.path() / "report.html";
  export_comparison(page_, path);
  const std::string page = read_whole_file(path);
  for (const char* id : {"config", "map", "points-0", "points-1", "text", "atlas-0-0"}) {
    EXPECT_NE(page.find(fmt::format("<script id=\"{}\"", id)), page.npos) << id;
  }
  EXPECT_EQ(page.find("<script id=\"points-2\""), page.npos);
  EXPECT_NE(
      page.find("Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-"),
      page.npos);
  EXPECT_NE(page.find("connect-src 'none'\">"), page.npos);
  EXPECT_EQ(page.find("it </script>"), page.npos);
  EXPECT_NE(page.find("it \\u003c/script> crashed"), page.npos);
}

TEST_F(ExportedComparison, NeedsNoImages) {
  page_.images.reset();
  export_comparison(page_, folder_.path() / "report.html");
  EXPECT_EQ(read_whole_file(folder_.path() / "report.html").find("<script id=\"atlas"),
            std::string::npos);
}

TEST_F(ExportedComparison, RefusesMapsOfOtherImages) {
  turned_.catalog.paths[3] = "another.jpg";
  EXPECT_THROW(export_comparison(page_, folder_.path() / "report.html"), Error);
  page_.maps.clear();
  EXPECT_THROW(export_comparison(page_, folder_.path() / "report.html"), Error);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "report.html"));
}

}  // namespace
}  // namespace tsimcne
