#include "tsimcne/explore/selection.hpp"

#include <gtest/gtest.h>

#include "tests/explore/small_exhibit.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/explore/own_labels.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class Selection : public testing::Test {
 protected:
  Selection() : exhibit_(small_exhibit(folder_.path() / "images", 6, 8)) {
    fs::create_directories(run());
  }
  fs::path run() const { return folder_.path() / "run"; }

  TemporaryFolder folder_;
  Exhibit exhibit_;
  const std::vector<int64_t> chosen_{1, 4};
};

TEST_F(Selection, BecomesATable) {
  const fs::path folder = write_selection(exhibit_, chosen_, SelectionKind::csv, "odd ones", run());
  EXPECT_EQ(folder, fs::path("exports/odd ones"));
  const std::string table = read_whole_file(run() / folder / "selection.csv");
  EXPECT_TRUE(table.starts_with("id,path,label,x,y\n1,dark/001.jpg,dark,0.5")) << table;
  EXPECT_NE(table.find("\n4,light/004.jpg,light,-0.5"), std::string::npos) << table;
  EXPECT_EQ(write_selection(exhibit_, chosen_, SelectionKind::csv, "odd ones", run()),
            fs::path("exports/odd ones 2"));
}

TEST_F(Selection, BecomesCopiesAndLinks) {
  for (const auto kind : {SelectionKind::copies, SelectionKind::links}) {
    const fs::path images = run() / write_selection(exhibit_, chosen_, kind, "x", run()) / "images";
    const fs::path file = images / "light" / "004.jpg";
    EXPECT_EQ(fs::is_symlink(file), kind == SelectionKind::links);
    EXPECT_EQ(read_whole_file(file), read_whole_file(exhibit_.originals / "light" / "004.jpg"));
    EXPECT_FALSE(fs::exists(images / "dark" / "000.jpg"));
  }
}

TEST_F(Selection, OfImagesWhoseFilesAreGoneIsWhatTheRunHolds) {
  exhibit_.originals.clear();
  const fs::path folder =
      run() / write_selection(exhibit_, chosen_, SelectionKind::copies, "x", run());
  EXPECT_TRUE(read_whole_file(folder / "images" / "dark" / "001.jpg").starts_with("\xff\xd8"));
  EXPECT_THROW(write_selection(exhibit_, chosen_, SelectionKind::links, "y", run()), Error);
}

TEST_F(Selection, StaysInTheRun) {
  for (const char* name : {"", "..", "../x", "/tmp/x", "a/b", ".hidden", "a\\b", "line\nend"}) {
    EXPECT_THROW(write_selection(exhibit_, chosen_, SelectionKind::csv, name, run()), Error)
        << name;
  }
  exhibit_.map.catalog.paths[1] = "../../outside.jpg";
  exhibit_.map.catalog.paths[4] = "/etc/absolute.jpg";
  const fs::path images =
      run() / write_selection(exhibit_, chosen_, SelectionKind::copies, "x", run()) / "images";
  EXPECT_TRUE(fs::exists(images / "outside.jpg"));
  EXPECT_TRUE(fs::exists(images / "absolute.jpg"));
  fs::remove_all(run() / "exports");
  fs::create_directory_symlink(folder_.path(), run() / "exports");
  EXPECT_THROW(write_selection(exhibit_, chosen_, SelectionKind::csv, "x", run()), Error);
}

TEST_F(Selection, OriginalsLieBelowTheirFolderAlone) {
  EXPECT_EQ(original_file(exhibit_, 0), fs::canonical(exhibit_.originals / "dark" / "000.jpg"));
  folder_.write("secret.jpg", "secret");
  fs::create_symlink(folder_.path() / "secret.jpg", exhibit_.originals / "link.jpg");
  fs::create_directory_symlink(folder_.path(), exhibit_.originals / "up");
  for (const char* path : {"../secret.jpg", "link.jpg", "up/secret.jpg", "dark", "missing.jpg"}) {
    exhibit_.map.catalog.paths[0] = path;
    EXPECT_EQ(original_file(exhibit_, 0), std::nullopt) << path;
  }
  exhibit_.map.catalog.paths[0] = (folder_.path() / "secret.jpg").string();
  EXPECT_EQ(original_file(exhibit_, 0), std::nullopt);
}

TEST_F(Selection, OwnLabelsAreKeptAndTakenAway) {
  const fs::path table = run() / labels_file;
  {
    OwnLabels labels(table, exhibit_.map.catalog);
    EXPECT_TRUE(labels.names().empty());
    labels.set(chosen_, "odd, very");
  }
  OwnLabels labels(table, exhibit_.map.catalog);
  ASSERT_EQ(labels.names().size(), 6);
  EXPECT_EQ(labels.names()[4], "odd, very");
  EXPECT_EQ(labels.names()[0], "");
  labels.set(chosen_, "");
  EXPECT_FALSE(fs::exists(table));
}

}  // namespace
}  // namespace tsimcne
