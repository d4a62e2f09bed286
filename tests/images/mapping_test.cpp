#include "tsimcne/images/mapping.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "tests/images/fixtures.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/pack.hpp"

namespace {

enum class Disk { any, without_shared_mappings, without_mappings };

Disk disk = Disk::any;

}  // namespace

// In the system's place, as folders shared with a virtual machine and some disks of FUSE have it.
extern "C" void* mmap(void* at, size_t bytes, int protection, int kind, int file,
                      off_t offset) noexcept {
  const bool refused = disk == Disk::without_mappings ||
                       (disk == Disk::without_shared_mappings && (kind & MAP_SHARED) != 0);
  if (file >= 0 && refused) {
    errno = ENODEV;
    return MAP_FAILED;
  }
  return reinterpret_cast<void*>(::syscall(SYS_mmap, at, bytes, protection, kind, file, offset));
}

namespace tsimcne {
namespace {

/// What is wrong with the images as they are read one after the other; "" for nothing.
std::string problem_of(const ImageSet& images) {
  try {
    for (int64_t i = 0; i < images.size(); ++i) {
      int64_t sum = 0;
      for (const uint8_t value : images.pixels(i)) sum += value;
      EXPECT_GE(sum, 0);
      images.expect_whole();
    }
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

class Mappings : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 20; ++i) {
      folder_.write(fmt::format("images/{:02}.png", i),
                    encode(draw_plain(40, 40, {100 + i, 50, 200}), ".png"));
    }
  }
  void TearDown() override { disk = Disk::any; }

  fs::path pack() const { return folder_.path() / "images.pack"; }
  ImageSet open() const { return open_images(folder_.path() / "images", {.pack = pack()}); }

  TemporaryFolder folder_;
};

TEST_F(Mappings, OfAPackThatIsCutShortAreToldAndDoNotEndTheProgram) {
  const ImageSet images = open();
  EXPECT_EQ(problem_of(images), "");
  const auto whole = fs::file_size(pack());
  for (const uintmax_t bytes : {whole - 1, uintmax_t{50'000}, uintmax_t{8000}, uintmax_t{0}}) {
    fs::resize_file(pack(), bytes);
    const std::string problem = problem_of(images);
    EXPECT_NE(problem.find("images.pack is cut short"), std::string::npos) << problem;
  }
}

/// Others can lose pages, or come and go, while one has lost some.
TEST_F(Mappings, AreWatchedEachForItself) {
  const fs::path lost = folder_.write("lost", Bytes(100'000, 'x')),
                 kept = folder_.write("kept", Bytes(100'000, 'x'));
  for (int round = 0; round < 3; ++round) {
    fs::resize_file(lost, 100'000);
    const Mapping first = Mapping::of_file(lost), second = Mapping::of_file(kept);
    fs::resize_file(lost, 0);
    EXPECT_EQ(std::ranges::count(first.bytes(), 0), 100'000);
    EXPECT_THROW(first.expect_whole(), Error);
    fs::resize_file(lost, 100'000);
    EXPECT_THROW(first.expect_whole(), Error);  // it was another's for a while
    EXPECT_EQ(std::ranges::count(second.bytes(), 'x'), 100'000);
    EXPECT_NO_THROW(second.expect_whole());
  }
}

/// A disk that cannot set room aside is full only when the pages are written.
TEST_F(Mappings, ThatAreWrittenAreWatchedToo) {
  PackWriter writer(pack());
  const std::span<uint8_t> room = writer.make_room(20, 40);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_.path())) {
    if (entry.path().filename().string().starts_with("images.pack.tmp-")) {
      fs::resize_file(entry.path(), 4096);
    }
  }
  std::ranges::fill(room, uint8_t{1});
  ImageSet::Contents contents;
  contents.side = 40;
  for (int i = 0; i < 20; ++i) contents.catalog.paths.push_back(std::to_string(i));
  contents.catalog.labels.assign(20, -1);
  contents.catalog.splits.resize(20);
  EXPECT_THROW(writer.finish(std::move(contents)), Error);
  EXPECT_FALSE(fs::exists(pack()));
}

TEST_F(Mappings, AreDoneWithoutWhereADiskHasNone) {
  open();
  const Bytes expected = read_whole_file(pack());
  for (const Disk kind : {Disk::without_shared_mappings, Disk::without_mappings}) {
    fs::remove(pack());
    disk = kind;
    const ImageSet images = open();
    EXPECT_EQ(problem_of(images), "");
    EXPECT_EQ(images.pixels(7)[0], 107);
    EXPECT_EQ(read_pack(pack()).pixels(19)[0], 119);
    disk = Disk::any;
    EXPECT_EQ(read_whole_file(pack()), expected);
  }
}

}  // namespace
}  // namespace tsimcne
