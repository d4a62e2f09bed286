#include "tests/images/fixtures.hpp"
#include "tsimcne/images/file_tree.hpp"
#include "tsimcne/images/labels.hpp"

namespace tsimcne {
namespace {

std::vector<std::string> paths_in(const fs::path& folder) {
  std::vector<std::string> paths;
  for (const TreeFile& file : list_files(folder)) paths.push_back(file.path);
  return paths;
}

using Paths = std::vector<std::string>;

TEST(FileTree, ListsAllDepthsSortedWithoutHiddenOnes) {
  const TemporaryFolder folder;
  for (const char* name : {"b/x", "a/z/deep/er", "a/y", ".hidden", "a/.git/config", "c"}) {
    folder.write(name, "12345");
  }
  EXPECT_EQ(paths_in(folder.path()), (Paths{"a/y", "a/z/deep/er", "b/x", "c"}));
  EXPECT_EQ(list_files(folder.path())[0].bytes, 5u);
}

TEST(FileTree, FollowsLinksButNotInCircles) {
  const TemporaryFolder elsewhere;
  elsewhere.write("far", "1");
  const TemporaryFolder folder;
  folder.write("a/x", "1");
  fs::create_directory_symlink(elsewhere.path(), folder.path() / "link");
  fs::create_directory_symlink(folder.path(), folder.path() / "a" / "up");
  fs::create_directory_symlink("../a", folder.path() / "a" / "self");
  fs::create_symlink("nowhere", folder.path() / "broken");
  fs::create_symlink("a/x", folder.path() / "file");
  EXPECT_EQ(paths_in(folder.path()), (Paths{"a/x", "file", "link/far"}));
}

TEST(FileTree, CrosswiseLinksDoNotMultiply) {
  const TemporaryFolder folder;
  for (int i = 0; i < 12; ++i) {
    const std::string name = std::to_string(i);
    folder.write(name + "/file", "1");
    for (int j = 0; j < 12; ++j) {
      fs::create_directory_symlink("../" + std::to_string(j),
                                   folder.path() / name / ("to" + std::to_string(j)));
    }
  }
  EXPECT_LE(list_files(folder.path()).size(), 12u * 16u);
}

TEST(FileTree, PassesOverPipes) {
  const TemporaryFolder folder;
  folder.write("a", "1");
  ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(paths_in(folder.path()), Paths{"a"});
}

TEST(CatalogOfPaths, FilesAloneHaveNoLabels) {
  const Catalog catalog = catalog_of_paths({"a.png", "b.png"});
  EXPECT_FALSE(catalog.has_labels());
  EXPECT_EQ(catalog.labels, (std::vector<int32_t>{-1, -1}));
  EXPECT_EQ(catalog.splits, (std::vector<Split>(2, Split::none)));
}

TEST(CatalogOfPaths, TheFirstFolderIsTheLabel) {
  const Catalog catalog = catalog_of_paths({"cat/a", "dog/deep/b", "top", "train/c"});
  EXPECT_EQ(catalog.label_names, (Paths{"cat", "dog", "train"}));
  EXPECT_EQ(catalog.labels, (std::vector<int32_t>{0, 1, -1, 2}));
  EXPECT_EQ(catalog.splits, (std::vector<Split>(4, Split::none)));
}

TEST(CatalogOfPaths, ATopLevelOfSplits) {
  const Catalog catalog =
      catalog_of_paths({"test/dog/a", "train/cat/b", "val/cat/deep/c", "val/d"});
  EXPECT_EQ(catalog.label_names, (Paths{"cat", "dog"}));
  EXPECT_EQ(catalog.labels, (std::vector<int32_t>{1, 0, 0, -1}));
  EXPECT_EQ(catalog.splits,
            (std::vector<Split>{Split::test, Split::train, Split::val, Split::val}));
}

TEST(CatalogOfPaths, LabelsAreInNaturalOrder) {
  const Catalog catalog = catalog_of_paths({"class10/a", "class2/b", "2/c", "10/d"});
  EXPECT_EQ(catalog.label_names, (Paths{"2", "10", "class2", "class10"}));
  EXPECT_EQ(catalog.labels, (std::vector<int32_t>{3, 2, 0, 1}));
}

TEST(CatalogOfPaths, MendsNames) {
  const Catalog catalog = catalog_of_paths({"gr\xFCn/a.png", "grün/b.png"});
  EXPECT_EQ(catalog.paths[0], "gr\uFFFDn/a.png");
  EXPECT_EQ(catalog.paths[1], "grün/b.png");
}

class LabelTable : public testing::Test {
 protected:
  Catalog labelled(const Bytes& table) {
    Catalog catalog = catalog_of_paths({"old/a.png", "old/b.png", "other/b.png", "c.tar.png"});
    told_ = label_by_table(catalog, folder_.write("labels.csv", table));
    return catalog;
  }
  std::string told_;
  TemporaryFolder folder_;
};

TEST_F(LabelTable, MatchesPathThenNameThenStem) {
  const Catalog catalog =
      labelled("path,label\nold/b.png,one\nb.png,two\n./old/a.png,three\nc.tar,four\n");
  EXPECT_EQ(catalog.label_names, (Paths{"four", "one", "three", "two"}));
  EXPECT_EQ(catalog.label_name(0), "three");
  EXPECT_EQ(catalog.label_name(1), "one");
  EXPECT_EQ(catalog.label_name(2), "two");
  EXPECT_EQ(catalog.label_name(3), "four");
}

TEST_F(LabelTable, ImagesWithoutARowHaveNoLabel) {
  const Catalog catalog = labelled("a,x\r\nc.tar.png,\"y, z\"\r\n");
  EXPECT_EQ(catalog.labels, (std::vector<int32_t>{0, -1, -1, 1}));
  EXPECT_EQ(catalog.label_names, (Paths{"x", "y, z"}));
}

TEST_F(LabelTable, LabelsAreInNaturalOrder) {
  const Catalog catalog = labelled("old/a.png,10\nold/b.png,9\nc.tar,9\n");
  EXPECT_EQ(catalog.label_names, (Paths{"9", "10"}));
  EXPECT_EQ(catalog.labels, (std::vector<int32_t>{1, 0, -1, 0}));
}

TEST_F(LabelTable, SaysWhichImagesAreLabelled) {
  const Catalog catalog = labelled("a.png,x\nd.png,y\nb.png,?\ne.png,y\n");
  EXPECT_EQ(count_labelled(catalog), "1 of 4 images are labelled");
  EXPECT_EQ(told_,
            "; 2 rows name no image, the first: d.png; 1 row names several images: b.png, of 2 "
            "images");
}

TEST_F(LabelTable, TheColumnOfLabelsIsFound) {
  EXPECT_EQ(labelled("id,file,size,Class\n1,a.png,3,x\n").label_name(0), "x");
  EXPECT_EQ(told_, " by the column Class");
  EXPECT_EQ(labelled(",species,file\n0,x,a.png\n").label_name(0), "x");
  EXPECT_EQ(labelled("x,a.png\ny,c.tar\n").label_name(0), "x");
}

TEST_F(LabelTable, SaysWhatIsWrong) {
  const std::string nothing = error_of([&] { labelled("name,label\nd.png,x\n"); });
  expect_in(nothing, "labels.csv has 2 rows and none names one of the 4 images");
  expect_in(nothing, "old/a.png");
  expect_in(error_of([&] { labelled("a.png\n"); }), "has one column");
  expect_in(error_of([&] { labelled("a,x\nb,y\na,z\n"); }),
            "gives a \"x\" in row 1 and \"z\" in row 3");
  expect_in(error_of([&] { labelled(""); }), "0 rows");
}

}  // namespace
}  // namespace tsimcne
