#include "tsimcne/files/whole_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

TEST(WholeFile, IsThereAfterCommitAndNotBefore) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "file";
  {
    WholeFile file(path);
    file.write("half");
    EXPECT_FALSE(fs::exists(path));
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
  write_whole_file(path, "whole");
  EXPECT_EQ(read_whole_file(path), "whole");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(WholeFile, KeepsTheOldFileUntilCommit) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "file";
  write_whole_file(path, "old");
  { WholeFile(path).write("new"); }
  EXPECT_EQ(read_whole_file(path), "old");
  write_whole_file(path, "new");
  EXPECT_EQ(read_whole_file(path), "new");
}

TEST(WholeFile, SaysWhatIsWrong) {
  EXPECT_THROW(WholeFile("/no/such/folder/file"), Error);
  EXPECT_THROW(read_whole_file("/no/such/file"), Error);
  const TemporaryFolder folder;
  write_whole_file(folder.path() / "file", "12345");
  EXPECT_THROW(read_whole_file(folder.path() / "file", 4), Error);
}

TEST(WholeFile, NamesAFullDisk) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  // A file whose temporary name is a link to a device that is always full.
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "file";
  fs::create_symlink("/dev/full", path.string() + ".tmp-" + std::to_string(::getpid()));
  try {
    WholeFile file(path);
    file.write("text");
    FAIL() << "the disk was not full";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("No space left"), std::string::npos) << error.what();
  }
}

TEST(WholeFile, IsWrittenAnywhere) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "file";
  WholeFile file(path);
  file.write("012345");
  file.write_at(4, std::as_bytes(std::span(std::string_view("xyz"))));
  file.resize(9);
  file.write_at(8, std::as_bytes(std::span(std::string_view("!"))));
  file.commit();
  EXPECT_EQ(read_whole_file(path), std::string("0123xyz\0!", 9));
}

}  // namespace
}  // namespace tsimcne
