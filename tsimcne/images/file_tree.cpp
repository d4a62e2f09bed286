#include "tsimcne/images/file_tree.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>
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

  FileTree run() {
    enter("");
    std::ranges::sort(tree_.files, {}, &TreeFile::path);
    return std::move(tree_);
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
    if (!below.empty() && is_own_work(folder)) return tree_.runs.push_back(below);
    ++visits.count;
    visits.open = true;
    for (const std::string& name : names_in(below)) {
      add(below.empty() ? name : fmt::format("{}/{}", below, name));
    }
    visits.open = false;
  }

  /// The names are taken before any subfolder is entered, so that no folder stays open and a deep
  /// tree does not use up the descriptors.
  std::vector<std::string> names_in(const std::string& below) {
    const fs::path folder = root_ / below;
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      std::string name = entry->path().filename().string();
      if (!is_hidden(name)) names.push_back(std::move(name));
    }
    if (error && below.empty()) {
      fail("the folder {} cannot be read: {}", folder.string(), error.message());
    }
    if (error) skip(below, "cannot be read: " + error.message());
    std::ranges::sort(names);
    return names;
  }

  void skip(const std::string& path, std::string reason) {
    tree_.skipped.push_back({path, std::move(reason)});
    expect_few(tree_.skipped.size());
  }

  void expect_few(size_t count) const {
    if (count <= size_t{most_images}) return;
    fail("{} holds more than {} files: name a smaller folder", root_.string(), most_images);
  }

  void add(std::string path) {
    struct stat status {};
    if (::stat((root_ / path).c_str(), &status) != 0) {
      const bool leads_nowhere = errno == ENOENT || errno == ELOOP;
      return skip(path, leads_nowhere ? "a link to nothing"
                                      : fmt::format("cannot be read: {}", std::strerror(errno)));
    }
    if (S_ISDIR(status.st_mode)) return enter(path);
    if (!S_ISREG(status.st_mode)) return skip(path, "a pipe, a socket or a device, not a file");
    const int64_t changed = status.st_mtim.tv_sec * int64_t{1'000'000'000} + status.st_mtim.tv_nsec;
    tree_.files.push_back({std::move(path), static_cast<uint64_t>(status.st_size), changed});
    expect_few(tree_.files.size());
  }

  fs::path root_;
  std::map<std::pair<dev_t, ino_t>, Visits> visits_;
  FileTree tree_;
};

/// Whether the file's first bytes hold these words.
bool begins_with(const fs::path& file, std::string_view words) {
  std::string start(words.size(), '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(start.data(), std::ssize(start));
  return in && start == words;
}

}  // namespace

FileTree list_files(const fs::path& folder) {
  return Walk(folder).run();
}

bool is_own_work(const fs::path& folder) {
  return begins_with(folder / "config.toml", "# tsimcne ") ||
         begins_with(folder / "images.pack", "tsimpack") ||
         begins_with(folder / "comparison.json", "{\n  \"settings\": {");
}

}  // namespace tsimcne
