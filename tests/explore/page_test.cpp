#include "tsimcne/explore/page.hpp"

#include <gtest/gtest.h>

#include "tests/explore/small_exhibit.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/explore/bundle.hpp"

namespace tsimcne {
namespace {

size_t occurrences(const std::string& text, const std::string& of) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(of, at)) != text.npos; at += of.size()) ++count;
  return count;
}

class ExportedPage : public testing::Test {
 protected:
  void SetUp() override {
    if (explorer_page_text.head.empty()) GTEST_SKIP() << "built without the page";
  }
};

TEST_F(ExportedPage, HoldsAllInOneFile) {
  const TemporaryFolder folder;
  Exhibit exhibit = small_exhibit(folder.path() / "images", 30, 16);
  exhibit.title = "</script><script>alert(1)</script>";
  const auto path = folder.path() / "map.html";
  export_page(exhibit, path);
  const std::string page = read_whole_file(path);
  EXPECT_TRUE(page.starts_with("<!doctype html>")) << page.substr(0, 40);
  for (const char* id : {"config", "map", "text", "atlas-0-0"}) {
    EXPECT_EQ(occurrences(page, fmt::format("<script id=\"{}\"", id)), 1) << id;
  }
  EXPECT_NE(page.find("\"neighbors\":true"), std::string::npos);
  EXPECT_NE(page.find("connect-src 'none'\">"), std::string::npos);
  EXPECT_EQ(page.find("alert(1)</script>"), std::string::npos);
  EXPECT_EQ(page.find("<!--policy-->"), std::string::npos);
  EXPECT_LT(page.size(), 1'200'000);  // of which the page itself is the most
}

TEST_F(ExportedPage, NeedsNeitherImagesNorFeatures) {
  const TemporaryFolder folder;
  Exhibit exhibit = small_exhibit(folder.path() / "images", 30, 16);
  exhibit.images.reset();
  exhibit.map.features = {};
  export_page(exhibit, folder.path() / "map.html");
  const std::string page = read_whole_file(folder.path() / "map.html");
  EXPECT_EQ(page.find("<script id=\"atlas-0-0\""), std::string::npos);
  EXPECT_NE(page.find("\"neighbors\":false"), std::string::npos);
}

TEST_F(ExportedPage, KnowsTheNeighborsOfVeryManyImages) {
  constexpr int64_t n = 10'500;
  Exhibit exhibit;
  exhibit.title = "many";
  exhibit.map.points = Matrix(n, 2);
  exhibit.map.features = Matrix(n, 3);
  for (int64_t i = 0; i < n; ++i) {
    exhibit.map.points.row(i)[0] = exhibit.map.features.row(i)[0] = static_cast<float>(i);
    exhibit.map.catalog.paths.push_back(std::to_string(i));
  }
  exhibit.map.catalog.labels.assign(n, -1);
  exhibit.map.catalog.splits.resize(n);
  const TemporaryFolder folder;
  const auto page_of = [&](const char* name) {
    export_page(exhibit, folder.path() / name);
    return read_whole_file(folder.path() / name);
  };
  const std::string page = page_of("map.html");
  exhibit.map.features = {};
  const std::string bare = page_of("bare.html");
  EXPECT_NE(page.find("\"neighbors\":true"), std::string::npos);
  EXPECT_GT(page.size() - bare.size(), n * 10 * 4);  // bytes of their numbers
}

TEST_F(ExportedPage, RefusesAMapOfOtherImages) {
  const TemporaryFolder folder;
  Exhibit exhibit = small_exhibit(folder.path() / "images", 30, 16);
  exhibit.map.catalog.paths[3] = "another.jpg";
  EXPECT_THROW(export_page(exhibit, folder.path() / "map.html"), Error);
  exhibit = small_exhibit(folder.path() / "images", 30, 16);
  exhibit.map.points.values[5] = NAN;
  EXPECT_THROW(export_page(exhibit, folder.path() / "map.html"), Error);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "map.html"));
}

}  // namespace
}  // namespace tsimcne
