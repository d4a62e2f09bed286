#include "tsimcne/images/file_tree.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// Folders that link to each other crosswise have more paths than anyone can walk: each is entered
/// on this many of them at most.
constexpr int most_visits = 16;

class Walk {
 public:
  explicit Walk(fs::path root) : root_(std::move(root)) {}

  std::vector<TreeFile> run() {
    enter("");
    std::ranges::sort(files_, {}, &TreeFile::path);
    return std::move(files_);
  }

 private:
  struct Visits {
    int count = 0;
    bool open = false;  // the path that is walked leads through this folder
  };

  void enter(const std::string& below) {
    const fs::path folder = root_ / below;
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) return;
    Visits& visits = visits_[{status.st_dev, status.st_ino}];
    if (visits.open || visits.count == most_visits) return;
    ++visits.count;
    visits.open = true;
    for (const std::string& name : names_in(folder)) {
      add(below.empty() ? name : fmt::format("{}/{}", below, name));
    }
    visits.open = false;
  }

  /// The names are taken before any subfolder is entered, so that no folder stays open and a deep
  /// tree does not use up the descriptors.
  static std::vector<std::string> names_in(const fs::path& folder) {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      std::string name = entry->path().filename().string();
      if (!is_hidden(name)) names.push_back(std::move(name));
    }
    if (error) fail("the folder {} cannot be read: {}", folder.string(), error.message());
    std::ranges::sort(names);
    return names;
  }

  void add(std::string path) {
    struct stat status {};
    if (::stat((root_ / path).c_str(), &status) != 0) return;  // a link to nothing
    if (S_ISDIR(status.st_mode)) return enter(path);
    if (!S_ISREG(status.st_mode)) return;
    const int64_t changed = status.st_mtim.tv_sec * int64_t{1'000'000'000} + status.st_mtim.tv_nsec;
    files_.push_back({std::move(path), static_cast<uint64_t>(status.st_size), changed});
    if (std::ssize(files_) > most_images) {
      fail("{} holds more than {} files: name a smaller folder", root_.string(), most_images);
    }
  }

  fs::path root_;
  std::map<std::pair<dev_t, ino_t>, Visits> visits_;
  std::vector<TreeFile> files_;
};

}  // namespace

std::vector<TreeFile> list_files(const fs::path& folder) {
  return Walk(folder).run();
}

}  // namespace tsimcne
