#include <algorithm>
#include <sstream>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/path_labels.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

constexpr int64_t most_list_bytes = int64_t{1} << 32;

/// Images whose paths stand in a text file, one a line.
class ListSource : public ImageSource {
 public:
  explicit ListSource(const fs::path& list) {
    const fs::path folder = list.parent_path();
    std::istringstream lines(read_whole_file(list, most_list_bytes));
    for (std::string line; std::getline(lines, line);) {
      if (line.ends_with('\r')) line.pop_back();
      if (line.empty()) continue;
      add(line, folder / line);
    }
    if (files_.empty()) {
      fail(
          "{} names no file that is there{}; expected a path a line, relative to the list's folder",
          list.string(),
          skipped_.empty() ? "" : fmt::format("; the first, {}", skipped_.front().path));
    }
    catalog_ = catalog_of_paths(paths_);
  }

  Catalog& catalog() override { return catalog_; }
  std::vector<SkippedImage> skipped() const override { return skipped_; }

  bool is_tree() const override { return true; }

  void read(std::span<const int64_t> wanted, const Receiver& receive) override {
    for (size_t position = 0; position < wanted.size(); ++position) {
      FoundImage found = read_image_file(files_[static_cast<size_t>(wanted[position])]);
      found.position = position;
      if (!receive(std::move(found))) return;
    }
  }

 private:
  void add(const std::string& line, const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) {
      const bool is_there = fs::exists(file, error);
      skipped_.push_back({mend_utf8(line), is_there ? "not a file" : "does not exist"});
    } else {
      files_.push_back(file);
      paths_.push_back(fs::path(line).lexically_normal().relative_path().string());
    }
    if (std::ssize(files_) > most_images || std::ssize(skipped_) > most_images) {
      fail("the list names more than {} files", most_images);
    }
  }

  std::vector<fs::path> files_;
  std::vector<std::string> paths_;
  std::vector<SkippedImage> skipped_;
  Catalog catalog_;
};

}  // namespace

std::unique_ptr<ImageSource> open_list(const fs::path& input) {
  if (input.extension() != ".txt" || !fs::is_regular_file(input)) return nullptr;
  return std::make_unique<ListSource>(input);
}

}  // namespace tsimcne
