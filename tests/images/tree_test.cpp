#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/images/fixtures.hpp"
#include "tsimcne/images/file_tree.hpp"
#include "tsimcne/images/labels.hpp"
#include "tsimcne/images/path_labels.hpp"

namespace tsimcne {
namespace {

std::vector<std::string> paths_in(const fs::path& folder) {
  std::vector<std::string> paths;
  for (const TreeFile& file : list_files(folder).files) paths.push_back(file.path);
  return paths;
}

using Paths = std::vector<std::string>;

TEST(FileTree, ListsAllDepthsSortedWithoutHiddenOnes) {
  const TemporaryFolder folder;
  for (const char* name : {"b/x", "a/z/deep/er", "a/y", ".hidden", "a/.git/config", "c"}) {
    folder.write(name, "12345");
  }
  EXPECT_EQ(paths_in(folder.path()), (Paths{"a/y", "a/z/deep/er", "b/x", "c"}));
  EXPECT_EQ(list_files(folder.path()).files[0].bytes, 5u);
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
  EXPECT_LE(list_files(folder.path()).files.size(), 12u * 16u);
}

TEST(FileTree, SaysWhatItPassesOver) {
  const TemporaryFolder folder;
  folder.write("a", "1");
  ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  fs::create_symlink("nowhere", folder.path() / "link");
  const FileTree tree = list_files(folder.path());
  EXPECT_EQ(paths_in(folder.path()), Paths{"a"});
  ASSERT_EQ(tree.skipped.size(), 2u);
  EXPECT_EQ(tree.skipped[0].reason, "a link to nothing");
  EXPECT_EQ(tree.skipped[1].reason, "a pipe, a socket or a device, not a file");
}

/// Without the rights of root, where the test has them.
class WithoutRights {
 public:
  WithoutRights() {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) throw std::runtime_error("no other user");
  }
  ~WithoutRights() {
    if (::getuid() == 0 && ::seteuid(0) != 0) std::abort();
  }
  WithoutRights(const WithoutRights&) = delete;
  WithoutRights& operator=(const WithoutRights&) = delete;
};

TEST(FileTree, AFolderWithoutRightsIsSkipped) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::all);
  folder.write("a/x", "1");
  folder.write("lost+found/y", "1");
  folder.write("names alone/z", "1");
  fs::permissions(folder.path() / "lost+found", fs::perms::none);
  fs::permissions(folder.path() / "names alone",
                  fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  FileTree tree;
  {
    const WithoutRights nobody;
    tree = list_files(folder.path());
  }
  ASSERT_EQ(tree.files.size(), 1u);
  EXPECT_EQ(tree.files[0].path, "a/x");
  ASSERT_EQ(tree.skipped.size(), 2u);
  EXPECT_EQ(tree.skipped[0].path, "lost+found");
  EXPECT_EQ(tree.skipped[0].reason, "cannot be read: Permission denied");
  EXPECT_EQ(tree.skipped[1].path, "names alone/z");
  EXPECT_EQ(tree.skipped[1].reason, "cannot be read: Permission denied");
  for (const char* name : {"lost+found", "names alone"}) {
    fs::permissions(folder.path() / name, fs::perms::owner_all);
  }
}

TEST(FileTree, FoldersThatAreRunsAreNotEntered) {
  const TemporaryFolder elsewhere;
  elsewhere.write("run/config.toml", "# tsimcne 0.1.0, libtorch 1.13\n[fit]\n");
  elsewhere.write("run/map.png", "1");
  const TemporaryFolder folder;
  folder.write("a/x", "1");
  folder.write("maps/one/config.toml", "# tsimcne 0.1.0, libtorch 1.13\n[fit]\n");
  folder.write("maps/one/map.png", "1");
  folder.write("maps/two/images.pack", "tsimpack");
  folder.write("maps/two/exports/e/images/x.png", "1");
  folder.write("maps/three/comparison.json", "{\n  \"settings\": {\n");
  folder.write("maps/three/maps.png", "1");
  folder.write("others/config.toml", "[project]\n");
  fs::create_directory_symlink(elsewhere.path() / "run", folder.path() / "linked");
  EXPECT_EQ(paths_in(folder.path()), (Paths{"a/x", "others/config.toml"}));
  EXPECT_EQ(list_files(folder.path()).runs,
            (Paths{"linked", "maps/one", "maps/three", "maps/two"}));
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

TEST(CatalogOfPaths, SplitsInEverySpelling) {
  for (const char* name : {"train", "Training", "TRAIN"}) {
    EXPECT_EQ(split_of_folder(name), Split::train) << name;
  }
  for (const char* name : {"val", "valid", "Validation", "dev"}) {
    EXPECT_EQ(split_of_folder(name), Split::val) << name;
  }
  for (const char* name : {"test", "Testing"})
    EXPECT_EQ(split_of_folder(name), Split::test) << name;
  for (const char* name : {"", "trains", "tests", "a"}) {
    EXPECT_EQ(split_of_folder(name), Split::none) << name;
  }
  const Catalog catalog = catalog_of_paths({"Test/a/1", "train/b/2", "validation/a/3"});
  EXPECT_EQ(catalog.label_names, (Paths{"a", "b"}));
  EXPECT_EQ(catalog.splits, (std::vector<Split>{Split::test, Split::train, Split::val}));
}

TEST(CatalogOfPaths, FoldersThatHoldAllSayNothing) {
  EXPECT_FALSE(catalog_of_paths({"posters/Images/a", "posters/Images/b"}).has_labels());
  EXPECT_EQ(catalog_of_paths({"data/Set/red/a", "data/Set/blue/b"}).label_names,
            (Paths{"blue", "red"}));
  const Catalog split = catalog_of_paths({"set/train/images/x/a", "set/valid/images/y/b"});
  EXPECT_EQ(split.label_names, (Paths{"x", "y"}));
  EXPECT_EQ(split.splits, (std::vector<Split>{Split::train, Split::val}));
  EXPECT_FALSE(catalog_of_paths({"train/images/a", "valid/images/b"}).has_labels());
  EXPECT_EQ(catalog_of_paths({"a", "x/b"}).label_names, Paths{"x"});
  EXPECT_EQ(catalog_of_paths({"train/a/1", "train/b/2"}).splits[0], Split::train);
}

TEST(CatalogOfPaths, DoubtsWhereSomeFoldersAreNamedLikeSplits) {
  EXPECT_EQ(
      doubt_about_splits({"docs/a", "set.png", "test/b", "train/c"}),
      "test, train are named like splits, but docs stands beside them; so all of these folders "
      "are labels");
  EXPECT_EQ(doubt_about_splits({"car/a", "train/b"}),
            "train is named like a split, but car stands beside it; so all of these folders are "
            "labels");
  for (const Paths& clear : {Paths{"test/a", "train/b"}, Paths{"a/1", "b/2"}, Paths{"a", "b"}}) {
    EXPECT_EQ(doubt_about_splits(clear), "");
  }
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
