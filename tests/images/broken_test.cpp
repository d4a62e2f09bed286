// The corpus of broken and hostile inputs, tests/data/broken, which make.py beside it has made.

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "tests/images/fixtures.hpp"
#include "tsimcne/images/file_tree.hpp"

namespace tsimcne {
namespace {

const fs::path corpus = fs::path(TEST_DATA) / "broken";

/// Files and folders directly in a part of the corpus.
std::vector<fs::path> entries_of(const char* part) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(corpus / part)) entries.push_back(entry.path());
  std::ranges::sort(entries);
  EXPECT_FALSE(entries.empty());
  return entries;
}

/// Opens an input as a person would: it is read, or refused in one sentence, in bounded time.
void read_or_refuse(const fs::path& input, const ImageOptions& options = {}) {
  SCOPED_TRACE(input.filename());
  const auto start = std::chrono::steady_clock::now();
  const std::string error = error_of([&] {
    const ImageSet images = open_images(input, options);
    EXPECT_GE(images.size(), 1);
    for (const SkippedImage& skipped : images.skipped()) EXPECT_NE(skipped.reason, "");
  });
  EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  EXPECT_NE(error, "");
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  EXPECT_LT(taken.count(), 60);
}

/// What a folder holds besides files that can be put into an archive of sources.
void add_what_no_archive_holds(const TemporaryFolder& folder) {
  folder.write("in/name \xFF\xFE.png", "x");
  folder.write("in/line\nbreak.png", "x");
  folder.write("in/folder.jpg/inside.txt", "x");
  mkfifo((folder.path() / "in/pipe.png").c_str(), 0600);
  fs::create_symlink("/dev/zero", folder.path() / "in/device.png");
  fs::create_symlink("nowhere", folder.path() / "in/nowhere.png");
  fs::create_symlink("circle.png", folder.path() / "in/circle.png");
  fs::create_directory_symlink("..", folder.path() / "in/up");
}

TEST(Broken, EachFileBecomesAnImageOrIsListedOnce) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "in");
  fs::copy(corpus / "images", folder.path() / "in/images", fs::copy_options::recursive);
  fs::copy(corpus / "whole", folder.path() / "in/whole", fs::copy_options::recursive);
  add_what_no_archive_holds(folder);
  const FileTree tree = list_files(folder.path() / "in");
  const ImageSet images = open_images(folder.path() / "in");
  std::map<std::string, int> told;
  for (const std::string& path : images.catalog().paths) ++told[path];
  for (const SkippedImage& skipped : images.skipped()) {
    ++told[skipped.path];
    EXPECT_NE(skipped.reason, "") << skipped.path;
    EXPECT_EQ(skipped.reason.find('\n'), std::string::npos) << skipped.reason;
    EXPECT_NE(skipped.reason, "has vanished while the input was read") << skipped.path;
  }
  EXPECT_EQ(told.size(), tree.files.size() + tree.skipped.size());
  for (const auto& [path, times] : told) EXPECT_EQ(times, 1) << path;
  EXPECT_GT(images.skipped().size(), 200u);
}

TEST(Broken, SoundImagesAmongThemAreReadWhereTheirFormatIs) {
  const ImageSet images = open_images(corpus / "whole");
  const std::set<std::string> read(images.catalog().paths.begin(), images.catalog().paths.end());
  for (const char* name : {"plain.jpg", "progressive.jpg", "cmyk.jpg", "lossy.webp",
                           "lossless.webp", "palette.gif", "lzw.tif", "jpeg.tif"}) {
    EXPECT_TRUE(read.contains(name)) << name;
  }
  for (const SkippedImage& skipped : images.skipped()) {
    EXPECT_NE(skipped.reason.find("not read"), std::string::npos)
        << skipped.path << ": " << skipped.reason;
  }
}

TEST(Broken, InputsAreReadOrRefusedInASentence) {
  for (const fs::path& input : entries_of("inputs")) read_or_refuse(input);
  for (const fs::path& folder : entries_of("folders")) read_or_refuse(folder);
}

TEST(Broken, TablesAreReadOrRefusedInASentence) {
  const TemporaryFolder folder;
  folder.write("in/image.png", small_png());
  folder.write("in/other.png", small_png(blue));
  for (const fs::path& table : entries_of("tables")) {
    ImageOptions options;
    options.labels = table;
    SCOPED_TRACE(table.filename());
    read_or_refuse(folder.path() / "in", options);
  }
}

TEST(Broken, NothingIsWrittenBesideTheInputs) {
  const TemporaryFolder folder;
  fs::copy(corpus / "inputs", folder.path() / "in", fs::copy_options::recursive);
  const auto all = [&] {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      names.insert(entry.path().string());
    }
    return names;
  };
  const auto before = all();
  for (const fs::path& input : entries_of("inputs")) {
    read_or_refuse(folder.path() / "in" / input.filename());
  }
  EXPECT_EQ(all(), before);
  EXPECT_FALSE(fs::exists(folder.path().parent_path() / "out.png"));
}

TEST(Broken, NoneOfThemTakesTwoGigabytes) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  read_or_refuse(corpus / "images");
  for (const fs::path& input : entries_of("inputs")) read_or_refuse(input);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  EXPECT_LT(usage.ru_maxrss, 2 << 20);  // KiB
#endif
}

}  // namespace
}  // namespace tsimcne
