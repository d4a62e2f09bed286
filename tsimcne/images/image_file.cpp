#include <array>
#include <fstream>

#include "tsimcne/images/image_formats.hpp"
#include "tsimcne/images/path_labels.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// One file as a collection of one.
class FileSource : public ImageSource {
 public:
  explicit FileSource(fs::path file) : file_(std::move(file)) {
    catalog_ = catalog_of_paths({file_.filename().string()});
  }

  Catalog& catalog() override { return catalog_; }
  bool is_tree() const override { return true; }

  void read(std::span<const int64_t> wanted, const Receiver& receive) override {
    if (!wanted.empty()) receive(read_image_file(file_));
  }

 private:
  fs::path file_;
  Catalog catalog_;
};

}  // namespace

std::unique_ptr<ImageSource> open_image_file(const fs::path& input) {
  if (!fs::is_regular_file(input)) return nullptr;
  std::array<uint8_t, start_bytes> start{};
  std::ifstream file(input, std::ios::binary);
  file.read(reinterpret_cast<char*>(start.data()), std::ssize(start));
  const ImageFormat* const format =
      format_of(std::span(start).first(static_cast<size_t>(file.gcount())));
  if (format == nullptr || !format->is_image) return nullptr;
  return std::make_unique<FileSource>(input);
}

}  // namespace tsimcne
