#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/file_table.hpp"
#include "tsimcne/images/file_tree.hpp"
#include "tsimcne/images/path_labels.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

class FolderSource : public ImageSource {
 public:
  explicit FolderSource(fs::path root) : root_(std::move(root)), tree_(list_files(root_)) {
    table_ = read_file_tables(root_, tree_.files);
    for (TreeFile& file : tree_.files) {
      if (!is_file_table(file.path)) paths_.push_back(std::move(file.path));
    }
    if (paths_.empty() && tree_.skipped.empty()) {
      fail("{} holds no file: expected a folder of images", root_.string());
    }
    catalog_ = catalog_of_paths(paths_);
    if (table_.has_labels) set_labels(catalog_, table_.labels_of(paths_));
  }

  Catalog& catalog() override { return catalog_; }
  bool is_tree() const override { return true; }
  bool has_own_labels() const override { return table_.has_labels; }

  std::vector<SkippedImage> skipped() const override {
    std::vector<SkippedImage> skipped = tree_.skipped;
    for (SkippedImage& image : skipped) image.path = mend_utf8(image.path);
    return skipped;
  }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes = table_.notes;
    for (const std::string& run : tree_.runs) {
      notes.push_back(fmt::format("{} is the work of tsimcne and passed over", mend_utf8(run)));
    }
    return notes;
  }

  void read(std::span<const int64_t> wanted, const Receiver& receive) override {
    for (size_t position = 0; position < wanted.size(); ++position) {
      FoundImage found = read_image_file(root_ / paths_[static_cast<size_t>(wanted[position])]);
      found.position = position;
      if (!receive(std::move(found))) return;
    }
  }

 private:
  fs::path root_;
  FileTree tree_;
  FileTable table_;
  std::vector<std::string> paths_;  // as the file system has them; the catalog's are UTF-8
  Catalog catalog_;
};

}  // namespace

std::unique_ptr<ImageSource> open_folder(const fs::path& input) {
  if (!fs::is_directory(input)) return nullptr;
  if (is_own_work(input)) {
    fail("{} is a map that tsimcne made, not images; name the folder that it was made of",
         input.string());
  }
  return std::make_unique<FolderSource>(input);
}

}  // namespace tsimcne
