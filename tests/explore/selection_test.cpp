#include "tsimcne/explore/selection.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <thread>

#include "tests/explore/small_exhibit.hpp"
#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/explore/own_labels.hpp"

namespace {

int link_error = 0;  // what the disk answers to whoever makes a link; 0: it knows links

}  // namespace

// In the system's place, as exFAT and shares of Windows have it.
extern "C" int symlink(const char* target, const char* path) noexcept {
  if (link_error == 0) {
    return static_cast<int>(::syscall(SYS_symlinkat, target, AT_FDCWD, path));
  }
  errno = link_error;
  return -1;
}

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class Selection : public testing::Test {
 protected:
  Selection() : exhibit_(small_exhibit(folder_.path() / "images", 6, 8)) {
    fs::create_directories(run());
  }
  fs::path run() const { return folder_.path() / "run"; }
  WrittenSelection write(SelectionKind kind, const std::string& name,
                         const std::vector<int64_t>& images) const {
    return write_selection(exhibit_, images, kind, name, run());
  }
  /// The folder of an export of the chosen images.
  fs::path write(SelectionKind kind, const std::string& name) const {
    return write(kind, name, chosen_).folder;
  }
  std::string refusal(SelectionKind kind, const std::string& name) const {
    try {
      write(kind, name);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
  Exhibit exhibit_;
  const std::vector<int64_t> chosen_{1, 4};
};

TEST_F(Selection, BecomesATable) {
  const fs::path folder = write(SelectionKind::csv, "odd ones");
  EXPECT_EQ(folder, fs::path("exports/odd ones"));
  const std::string table = read_whole_file(run() / folder / "selection.csv");
  EXPECT_TRUE(table.starts_with("id,path,label,your label,x,y\n1,dark/001.jpg,dark,,0.5")) << table;
  EXPECT_NE(table.find("\n4,light/004.jpg,light,,-0.5"), std::string::npos) << table;
  EXPECT_EQ(write(SelectionKind::csv, "odd ones"), fs::path("exports/odd ones 2"));
}

TEST_F(Selection, BecomesCopiesAndLinks) {
  for (const auto kind : {SelectionKind::copies, SelectionKind::links}) {
    const fs::path images = run() / write(kind, "x") / "images";
    const fs::path file = images / "light" / "004.jpg";
    EXPECT_EQ(fs::is_symlink(file), kind == SelectionKind::links);
    EXPECT_EQ(read_whole_file(file), read_whole_file(exhibit_.originals / "light" / "004.jpg"));
    EXPECT_FALSE(fs::exists(images / "dark" / "000.jpg"));
  }
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_directory()) files.push_back(fs::relative(entry.path(), folder).string());
  }
  std::ranges::sort(files);
  return files;
}

using Files = std::vector<std::string>;

TEST_F(Selection, OfImagesWhoseFilesAreGoneIsWhatTheRunHolds) {
  exhibit_.originals.clear();
  const WrittenSelection written = write(SelectionKind::copies, "x", {1, 4});
  EXPECT_EQ(written.from_run, 2);
  const fs::path images = run() / written.folder / "images";
  EXPECT_TRUE(read_whole_file(images / "dark" / "001.jpg").starts_with("\xff\xd8"));
  const std::string refused = refusal(SelectionKind::links, "y");
  EXPECT_NE(refused.find("dark/001.jpg is not a file of its own"), std::string::npos) << refused;
  EXPECT_FALSE(fs::exists(run() / "exports/y"));
}

TEST_F(Selection, KeepsImagesOfOneNameApart) {
  exhibit_.originals.clear();
  const std::vector<int64_t> all{0, 1, 2, 3, 4, 5};
  exhibit_.map.catalog.paths = {"a/s.png", "a/s.webp",    "a/s.jpg",
                                "a/s.png", "a/s.png.jpg", "../../s.jpg"};
  const WrittenSelection written = write(SelectionKind::copies, "x", all);
  EXPECT_EQ(written.from_run, 6);
  EXPECT_EQ(
      files_in(run() / written.folder / "images"),
      (Files{"a/s.jpg", "a/s.png 2.jpg", "a/s.png 3.jpg", "a/s.png.jpg", "a/s.webp.jpg", "s.jpg"}));
}

TEST_F(Selection, IsOfTheFilesBehindLinks) {
  for (const auto& entry : fs::directory_iterator(exhibit_.originals)) {
    const fs::path away = folder_.path() / ("away " + entry.path().filename().string());
    fs::rename(entry.path(), away);
    fs::create_directory_symlink(away, entry.path());
  }
  const fs::path file = exhibit_.originals / "light" / "004.jpg";
  fs::rename(file, folder_.path() / "blob");
  fs::create_symlink(folder_.path() / "blob", file);
  for (const auto kind : {SelectionKind::copies, SelectionKind::links}) {
    const WrittenSelection written = write(kind, "x", {1, 4});
    EXPECT_EQ(written.from_run, 0);
    const fs::path images = run() / written.folder / "images";
    EXPECT_EQ(read_whole_file(images / "light" / "004.jpg"), read_whole_file(file));
    EXPECT_EQ(read_whole_file(images / "dark" / "001.jpg"),
              read_whole_file(exhibit_.originals / "dark" / "001.jpg"));
  }
  EXPECT_EQ(original_file(exhibit_, 4), std::nullopt);  // a browser gets none
}

TEST_F(Selection, TakesWhatTheRunHoldsOfAFileThatCannotBeRead) {
  const fs::path file = exhibit_.originals / "dark" / "001.jpg";
  fs::remove(file);
  fs::create_symlink(folder_.path() / "gone", file);
  const WrittenSelection written = write(SelectionKind::copies, "x", {1, 4});
  EXPECT_EQ(written.from_run, 1);
  EXPECT_EQ(files_in(run() / written.folder / "images"), (Files{"dark/001.jpg", "light/004.jpg"}));
}

TEST_F(Selection, LeavesNothingOfWhatItCannotFinish) {
  write(SelectionKind::csv, "kept");
  for (const auto& [error, words] :
       {std::pair{EPERM, "the disk of the run knows no links; export copies"},
        std::pair{EOPNOTSUPP, "knows no links"}, std::pair{ENOSPC, "No space left"}}) {
    link_error = error;
    const std::string refused = refusal(SelectionKind::links, "x");
    link_error = 0;
    EXPECT_NE(refused.find(words), std::string::npos) << refused;
    EXPECT_EQ(files_in(run() / "exports"), Files{"kept/selection.csv"});
    EXPECT_FALSE(fs::exists(run() / "exports/x"));
  }
  exhibit_.map.catalog.paths[4] = std::string(300, 'x');  // a name that no disk can hold
  const std::string refused = refusal(SelectionKind::copies, "x");
  EXPECT_NE(refused.find("File name too long"), std::string::npos) << refused;
  EXPECT_EQ(files_in(run() / "exports"), Files{"kept/selection.csv"});
}

TEST_F(Selection, StaysInTheRun) {
  for (const char* name : {"", "..", "../x", "/tmp/x", "a/b", ".hidden", "a\\b", "line\nend"}) {
    EXPECT_THROW(write(SelectionKind::csv, name), Error) << name;
  }
  exhibit_.map.catalog.paths[1] = "../../outside.jpg";
  exhibit_.map.catalog.paths[4] = "/etc/absolute.jpg";
  const fs::path images = run() / write(SelectionKind::copies, "x") / "images";
  EXPECT_TRUE(fs::exists(images / "outside.jpg"));
  EXPECT_TRUE(fs::exists(images / "absolute.jpg"));
  fs::remove_all(run() / "exports");
  fs::create_directory_symlink(folder_.path(), run() / "exports");
  EXPECT_THROW(write(SelectionKind::csv, "x"), Error);
}

TEST_F(Selection, SourcesLieBelowTheirFolderByTheirNames) {
  folder_.write("secret.jpg", "secret");
  for (const std::string& path :
       {std::string("../secret.jpg"), std::string("dark/../../secret.jpg"),
        (folder_.path() / "secret.jpg").string(), std::string("dark"), std::string("missing.jpg"),
        std::string("")}) {
    exhibit_.map.catalog.paths[0] = path;
    EXPECT_EQ(source_file(exhibit_, 0), std::nullopt) << path;
  }
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

class OwnLabelTable : public testing::Test {
 protected:
  std::string text() const { return read_whole_file(table_); }

  TemporaryFolder folder_;
  fs::path table_ = folder_.path() / labels_file;
};

TEST_F(OwnLabelTable, ARowIsOfTheImageWithExactlyItsPath) {
  Catalog catalog;
  catalog.paths = {"1.png", "2.png", "path.png", "sub/1.png", "sub/1"};
  folder_.write(labels_file, "path,label\n1.png,good\n");
  OwnLabels labels(table_, catalog);
  EXPECT_EQ(labels.names(), (std::vector<std::string>{"good", "", "", "", ""}));
  const std::vector<int64_t> second = {1};
  labels.set(second, "bad");
  EXPECT_EQ(text(), "path,label\n1.png,good\n2.png,bad\n");
}

TEST_F(OwnLabelTable, ImagesOfOnePathAreToldApart) {
  Catalog catalog;
  catalog.paths = {"\uFFFD.png", "\uFFFD.png", "a.png"};
  const std::vector<int64_t> second = {1};
  OwnLabels(table_, catalog).set(second, "x");
  EXPECT_EQ(OwnLabels(table_, catalog).names(), (std::vector<std::string>{"", "x", ""}));
}

TEST_F(OwnLabelTable, SeveralMayWriteIt) {
  Catalog catalog;
  catalog.paths = {"a.png", "b.png", "c.png", "d.png"};
  OwnLabels one(table_, catalog), other(table_, catalog);
  const std::vector<int64_t> first = {0}, second = {1}, third = {2};
  one.set(first, "good");
  other.set(second, "bad");
  write_whole_file(table_, text() + "d.png,by hand\nelsewhere.png,kept\n");
  one.set(third, "third");
  EXPECT_EQ(text(),
            "path,label\na.png,good\nb.png,bad\nc.png,third\nd.png,by hand\nelsewhere.png,kept\n");
  EXPECT_EQ(one.names(), (std::vector<std::string>{"good", "bad", "third", "by hand"}));
}

TEST_F(OwnLabelTable, WritersAtOnceLoseNothing) {
  Catalog catalog;
  for (int i = 0; i < 40; ++i) catalog.paths.push_back(fmt::format("{}.png", i));
  std::vector<std::thread> writers;
  for (int64_t writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      OwnLabels labels(table_, catalog);
      for (int64_t i = writer; i < 40; i += 4) labels.set(std::vector<int64_t>{i}, "x");
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(OwnLabels(table_, catalog).names(), std::vector<std::string>(40, "x"));
}

TEST_F(OwnLabelTable, RefusesWhatWouldNotComeBack) {
  Catalog catalog;
  catalog.paths = {"a.png"};
  OwnLabels labels(table_, catalog);
  const std::vector<int64_t> first = {0};
  EXPECT_THROW(labels.set(first, std::string("a\0b", 3)), Error);
  EXPECT_THROW(labels.set(first, "\xFF"), Error);
  folder_.write(labels_file, "path,label,note\na.png,x,mine\n");
  EXPECT_THROW(labels.set(first, "y"), Error);
  EXPECT_EQ(text(), "path,label,note\na.png,x,mine\n");
}

}  // namespace
}  // namespace tsimcne
