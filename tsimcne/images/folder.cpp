#include <fstream>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/file_tree.hpp"
#include "tsimcne/images/labels.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

FoundImage read_file(const fs::path& path) {
  FoundImage found;
  std::error_code error;
  const uint64_t size = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) {
    found.problem = "cannot be opened";
  } else if (size > uint64_t{most_file_bytes}) {
    found.problem = fmt::format("has {} bytes, more than the limit of 2^30", size);
  } else {
    found.bytes.resize(size);
    file.read(reinterpret_cast<char*>(found.bytes.data()), static_cast<std::streamsize>(size));
    if (!file) found.problem = "cannot be read";
  }
  return found;
}

class FolderSource : public ImageSource {
 public:
  explicit FolderSource(fs::path root) : root_(std::move(root)) {
    for (TreeFile& file : list_files(root_)) paths_.push_back(std::move(file.path));
    if (paths_.empty()) fail("{} holds no file: expected a folder of images", root_.string());
    catalog_ = catalog_of_paths(paths_);
  }

  Catalog& catalog() override { return catalog_; }

  void read(std::span<const int64_t> wanted, const Receiver& receive) override {
    for (size_t position = 0; position < wanted.size(); ++position) {
      FoundImage found = read_file(root_ / paths_[static_cast<size_t>(wanted[position])]);
      found.position = position;
      if (!receive(std::move(found))) return;
    }
  }

 private:
  fs::path root_;
  std::vector<std::string> paths_;  // as the file system has them; the catalog's are UTF-8
  Catalog catalog_;
};

}  // namespace

std::unique_ptr<ImageSource> open_folder(const fs::path& input) {
  if (!fs::is_directory(input)) return nullptr;
  return std::make_unique<FolderSource>(input);
}

}  // namespace tsimcne
