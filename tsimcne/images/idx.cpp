#include <algorithm>
#include <array>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/gz_file.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

constexpr int64_t most_idx_side = 4096;

/// The file of that name in the folder, as it is or gzipped; empty where there is none.
fs::path find_file(const fs::path& folder, const std::string& name) {
  for (const char* ending : {"", ".gz"}) {
    if (fs::is_regular_file(folder / (name + ending))) return folder / (name + ending);
  }
  return {};
}

/// Reads the magic number and the sizes of an IDX file of bytes and checks them against the file.
template <size_t dimensions>
std::array<int64_t, dimensions> read_header(const fs::path& path) {
  std::array<uint8_t, 4 + 4 * dimensions> header{};
  GzFile(path).read(header);
  const auto number = [&](size_t at) {
    return int64_t{header[at]} << 24 | header[at + 1] << 16 | header[at + 2] << 8 | header[at + 3];
  };
  if (number(0) != 0x800 + static_cast<int64_t>(dimensions)) {
    fail("{} is not an IDX file of bytes: expected it to begin with {:#010x}, found {:#010x}",
         path.string(), 0x800 + dimensions, number(0));
  }
  std::array<int64_t, dimensions> sizes;
  for (size_t i = 0; i < dimensions; ++i) {
    sizes[i] = number(4 + 4 * i);
    if (sizes[i] > (i == 0 ? most_images : most_idx_side)) {
      fail("{} claims {} {}, more than is read here", path.string(), sizes[i],
           i == 0 ? "entries" : "pixels a side");
    }
  }
  int64_t bytes = 1;
  for (const int64_t size : sizes) bytes *= size;
  expect_size(path, static_cast<int64_t>(header.size()) + bytes);
  return sizes;
}

/// One pair of files: grey images and their labels.
struct Part {
  fs::path images;
  int64_t first = 0;  // index of its first image in the catalog
  int64_t count = 0;
  int width = 0;
  int height = 0;
};

FoundImage read_grey(GzFile& file, const Part& part) {
  std::vector<uint8_t> grey(static_cast<size_t>(part.width) * static_cast<size_t>(part.height));
  file.read(grey);
  FoundImage found;
  found.width = part.width;
  found.height = part.height;
  found.bytes.reserve(grey.size() * 3);
  for (const uint8_t value : grey) found.bytes.insert(found.bytes.end(), 3, value);
  return found;
}

class IdxSource : public ImageSource {
 public:
  explicit IdxSource(const fs::path& folder) {
    add_part(folder, "train", Split::train);
    add_part(folder, "t10k", Split::test);
    name_labels(folder.filename() == "fashion-mnist");
  }

  Catalog& catalog() override { return catalog_; }

  void read(std::span<const int64_t> wanted, const Receiver& receive) override {
    size_t position = 0;
    for (const Part& part : parts_) {
      if (position == wanted.size()) return;
      GzFile file(part.images);
      file.skip(16);
      int64_t next = part.first;
      for (; position < wanted.size() && wanted[position] < part.first + part.count; ++position) {
        file.skip((wanted[position] - next) * part.width * part.height);
        next = wanted[position] + 1;
        FoundImage found = read_grey(file, part);
        found.position = position;
        if (!receive(std::move(found))) return;
      }
    }
  }

 private:
  void add_part(const fs::path& folder, const std::string& name, Split split) {
    const fs::path images = find_file(folder, name + "-images-idx3-ubyte");
    if (images.empty()) return;
    const auto [count, height, width] = read_header<3>(images);
    if (width == 0 || height == 0) fail("{} holds images without pixels", images.string());
    parts_.push_back(
        {images, catalog_.size(), count, static_cast<int>(width), static_cast<int>(height)});
    for (int64_t i = 0; i < count; ++i) {
      catalog_.paths.push_back(fmt::format("{}/{:05}", name_of(split), i));
    }
    catalog_.splits.resize(catalog_.paths.size(), split);
    add_labels(find_file(folder, name + "-labels-idx1-ubyte"), count);
  }

  void add_labels(const fs::path& path, int64_t images) {
    catalog_.labels.resize(catalog_.paths.size(), -1);
    if (path.empty()) return;
    const auto [count] = read_header<1>(path);
    if (count != images) {
      fail("{} holds {} labels where {} images need one each", path.string(), count, images);
    }
    std::vector<uint8_t> labels(static_cast<size_t>(count));
    GzFile file(path);
    file.skip(8);
    file.read(labels);
    std::ranges::copy(labels, catalog_.labels.end() - static_cast<ptrdiff_t>(count));
  }

  void name_labels(bool are_clothes) {
    static const std::vector<std::string> clothes = {
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
    if (catalog_.labels.empty()) return;
    const int32_t largest = std::ranges::max(catalog_.labels);
    if (largest < 0) return;
    if (are_clothes && largest < std::ssize(clothes)) {
      catalog_.label_names = clothes;
    } else {
      for (int32_t i = 0; i <= largest; ++i) catalog_.label_names.push_back(std::to_string(i));
    }
  }

  std::vector<Part> parts_;
  Catalog catalog_;
};

}  // namespace

std::unique_ptr<ImageSource> open_idx(const fs::path& input) {
  if (find_file(input, "train-images-idx3-ubyte").empty() &&
      find_file(input, "t10k-images-idx3-ubyte").empty()) {
    return nullptr;
  }
  return std::make_unique<IdxSource>(input);
}

}  // namespace tsimcne
