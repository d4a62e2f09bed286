#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/source.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

constexpr int side = 32;
constexpr size_t plane = size_t{side} * side;

/// CIFAR-10 has one label byte before the 3 planes of pixels; CIFAR-100 has a coarse and a fine.
struct Variant {
  size_t label_bytes;  // the last of them is the label
  const char* names;   // the file with a label's name a line
  std::vector<std::pair<const char*, Split>> files;

  size_t record_bytes() const { return label_bytes + 3 * plane; }
};

const Variant& cifar_10() {
  static const Variant variant{1,
                               "batches.meta.txt",
                               {{"data_batch_1.bin", Split::train},
                                {"data_batch_2.bin", Split::train},
                                {"data_batch_3.bin", Split::train},
                                {"data_batch_4.bin", Split::train},
                                {"data_batch_5.bin", Split::train},
                                {"test_batch.bin", Split::test}}};
  return variant;
}

const Variant& cifar_100() {
  static const Variant variant{
      2, "fine_label_names.txt", {{"train.bin", Split::train}, {"test.bin", Split::test}}};
  return variant;
}

bool holds_any(const fs::path& folder, const Variant& variant) {
  for (const auto& [name, split] : variant.files) {
    if (fs::is_regular_file(folder / name)) return true;
  }
  return false;
}

/// The lines of the file of names; none where the file is missing.
std::vector<std::string> read_names(const fs::path& path) {
  std::vector<std::string> names;
  if (!fs::is_regular_file(path)) return names;
  std::istringstream lines(read_whole_file(path, 1 << 16));
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.push_back(std::move(line));
  }
  return names;
}

class CifarSource : public ImageSource {
 public:
  CifarSource(const fs::path& folder, const Variant& variant) : variant_(variant) {
    for (const auto& [name, split] : variant.files) {
      if (fs::is_regular_file(folder / name)) add_batch(folder / name, split);
    }
    name_labels(folder / variant.names);
  }

  Catalog& catalog() override { return catalog_; }

  void read(std::span<const int64_t> wanted, const Receiver& receive) override {
    size_t position = 0;
    std::vector<uint8_t> record(variant_.record_bytes());
    for (const Batch& batch : batches_) {
      std::ifstream file(batch.path, std::ios::binary);
      for (; position < wanted.size() && wanted[position] < batch.first + batch.count; ++position) {
        FoundImage found;
        file.seekg((wanted[position] - batch.first) * std::ssize(record));
        if (!file.read(reinterpret_cast<char*>(record.data()), std::ssize(record))) {
          fail("{} cannot be read any more", batch.path.string());
        }
        found.position = position;
        found.width = found.height = side;
        found.bytes = interleave(std::span(record).subspan(variant_.label_bytes));
        if (!receive(std::move(found))) return;
      }
    }
  }

 private:
  struct Batch {
    fs::path path;
    int64_t first;  // index of its first image in the catalog
    int64_t count;
  };

  static std::vector<uint8_t> interleave(std::span<const uint8_t> planes) {
    std::vector<uint8_t> pixels(3 * plane);
    for (size_t i = 0; i < plane; ++i) {
      for (size_t colour = 0; colour < 3; ++colour)
        pixels[3 * i + colour] = planes[colour * plane + i];
    }
    return pixels;
  }

  void add_batch(const fs::path& path, Split split) {
    const auto bytes = static_cast<int64_t>(fs::file_size(path));
    const auto record = static_cast<int64_t>(variant_.record_bytes());
    if (bytes % record != 0) {
      fail("{} is cut short: expected {} bytes (records of {}), found {}", path.string(),
           (bytes / record + 1) * record, record, bytes);
    }
    const int64_t count = bytes / record;
    if (count > most_images - catalog_.size()) {
      fail("{} holds more than {} images", path.string(), most_images);
    }
    batches_.push_back({path, catalog_.size(), count});
    std::ifstream file(path, std::ios::binary);
    for (int64_t i = 0; i < count; ++i) {
      file.seekg(i * record + static_cast<int64_t>(variant_.label_bytes) - 1);
      const int label = file.get();
      if (label < 0) fail("{} cannot be read", path.string());
      catalog_.labels.push_back(label);
      catalog_.paths.push_back(fmt::format("{}/{:05}", name_of(split), counts_[split]++));
      catalog_.splits.push_back(split);
    }
  }

  void name_labels(const fs::path& path) {
    std::vector<std::string>& names = catalog_.label_names;
    names = read_names(path);
    const int64_t largest = catalog_.labels.empty() ? -1 : std::ranges::max(catalog_.labels);
    if (names.empty()) {
      for (int64_t i = 0; i <= largest; ++i) names.push_back(std::to_string(i));
    }
    if (largest >= std::ssize(names)) {
      fail("{} names {} labels, but an image has label {} (counted from 0)", path.string(),
           names.size(), largest);
    }
  }

  const Variant& variant_;
  std::vector<Batch> batches_;
  std::map<Split, int64_t> counts_;
  Catalog catalog_;
};

void refuse_pickles(const fs::path& input) {
  const auto holds = [&](const char* name) { return fs::is_regular_file(input / name); };
  const bool is_10 = holds("batches.meta") && (holds("data_batch_1") || holds("test_batch"));
  const bool is_100 = holds("meta") && holds("train") && holds("test");
  if (!is_10 && !is_100) return;
  fail(
      "{} holds CIFAR's Python pickles, which are programs and are not run here; take the binary "
      "version, {}-binary.tar.gz, and unpack it",
      input.string(), is_10 ? "cifar-10" : "cifar-100");
}

}  // namespace

std::unique_ptr<ImageSource> open_cifar(const fs::path& input) {
  for (const Variant* variant : {&cifar_10(), &cifar_100()}) {
    if (holds_any(input, *variant)) return std::make_unique<CifarSource>(input, *variant);
  }
  refuse_pickles(input);
  return nullptr;
}

}  // namespace tsimcne
