#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/decode_all.hpp"
#include "tsimcne/images/file_tree.hpp"
#include "tsimcne/images/fingerprint.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/labels.hpp"
#include "tsimcne/images/pack.hpp"
#include "tsimcne/images/source.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// The formats, in the order in which they are asked; any folder is a folder of images at last.
constexpr std::array<Opener*, 4> formats = {open_cifar, open_idx, open_folder, open_tar};

constexpr std::string_view accepted =
    "a folder of images, a .tar of one, an MNIST-style IDX folder, a CIFAR-10 or CIFAR-100 binary "
    "folder or the name fashion-mnist";

/// The place of the input; a dataset's name gives way to a file or folder of that name.
fs::path place_of(const fs::path& input) {
  std::error_code error;
  if (input == "fashion-mnist" && !fs::exists(input, error))
    return "/usr/share/datasets/fashion-mnist";
  // Without a slash at the end, so that filename() is the folder's.
  return input.has_filename() ? input : input.parent_path();
}

std::unique_ptr<ImageSource> open_source(const fs::path& input) {
  require_input(input);
  const fs::path place = place_of(input);
  for (Opener* open : formats) {
    if (std::unique_ptr<ImageSource> source = open(place)) return source;
  }
  fail("{} is neither a folder nor an archive that can be read: expected {}", input.string(),
       accepted);
}

/// The indices of all images or of `limit` random ones, ascending.
std::vector<int64_t> choose(int64_t count, int64_t limit, uint64_t seed) {
  Random random(seed, Stream::subset);
  std::vector<int64_t> chosen = random_order(count, random);
  if (limit > 0 && limit < count) chosen.resize(static_cast<size_t>(limit));
  std::ranges::sort(chosen);
  return chosen;
}

void append(Catalog& catalog, const Catalog& from, size_t i) {
  catalog.paths.push_back(from.paths[i]);
  catalog.labels.push_back(from.labels[i]);
  catalog.splits.push_back(from.splits[i]);
}

void check(const ImageOptions& options) {
  if (options.size < 0 || options.size > most_side) {
    fail("the image size is {}: expected 1 to {} pixels, or 0 for the images' own", options.size,
         most_side);
  }
  if (options.limit < 0) {
    fail("the limit is {}: expected a number of images, or 0 for all", options.limit);
  }
}

}  // namespace

ImageSet open_images(const fs::path& input, const ImageOptions& options) {
  check(options);
  const std::unique_ptr<ImageSource> source = open_source(input);
  ImageSet::Contents contents;
  contents.source_stamp = stamp_of_source(input);
  Catalog& found = source->catalog();
  if (found.size() == 0) fail("{} holds no images", input.string());
  std::string said_of_labels;
  if (!options.labels.empty()) said_of_labels = label_by_table(found, options.labels);

  const std::vector<int64_t> wanted = choose(found.size(), options.limit, options.seed);
  PackWriter pack(options.pack);
  const DecodedImages decoded = decode_all(*source, wanted, options, pack);

  contents.side = decoded.side;
  contents.skipped = source->skipped();
  Fingerprint pixels;
  std::map<std::pair<int, int>, int64_t> sizes;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto index = static_cast<size_t>(wanted[i]);
    if (decoded.problems[i].empty()) {
      append(contents.catalog, found, index);
      pixels.add(decoded.hashes[i]);
      ++sizes[{decoded.shapes[i].width, decoded.shapes[i].height}];
    } else {
      contents.skipped.push_back({found.paths[index], decoded.problems[i]});
    }
  }
  if (contents.catalog.size() == 0) {
    fail("{} holds {} files and none is an image that can be read; the first, {}: {}",
         input.string(), contents.skipped.size(), contents.skipped.front().path,
         contents.skipped.front().reason);
  }
  for (const auto& [size, count] : sizes) {
    contents.original_sizes.push_back({size.first, size.second, count});
  }
  std::ranges::stable_sort(contents.original_sizes, std::ranges::greater{}, &SizeCount::count);
  contents.catalog.label_names = found.label_names;
  contents.fingerprint = fingerprint_of(contents.catalog, contents.side, pixels);
  order_labels(contents.catalog);  // sources may have an order of their own, and names not in use
  if (!options.labels.empty() && options.tell) {
    options.tell(count_labelled(contents.catalog) + said_of_labels);
  }
  return ImageSet(pack.finish(std::move(contents)));
}

void require_input(const fs::path& input) {
  std::error_code error;
  if (fs::exists(place_of(input), error)) return;
  if (input == "fashion-mnist") {
    fail("fashion-mnist is not installed: run apt install dataset-fashion-mnist");
  }
  fail("{} does not exist: expected {}", input.string(), accepted);
}

std::string stamp_of_source(const fs::path& input) {
  const fs::path place = place_of(input);
  std::error_code error;
  std::vector<TreeFile> files;
  if (fs::is_directory(place, error)) {
    files = list_files(place);
  } else if (!fs::is_regular_file(place, error)) {
    return "";
  } else {
    const auto changed = fs::last_write_time(place).time_since_epoch();
    files.push_back({place.filename().string(), fs::file_size(place), changed.count()});
  }
  Fingerprint stamp;
  for (const TreeFile& file : files) {
    stamp.add(file.path).add(file.bytes).add(static_cast<uint64_t>(file.changed_ns));
  }
  return stamp.hex();
}

}  // namespace tsimcne
