#include <algorithm>
#include <functional>
#include <map>
#include <ranges>
#include <string>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/images/decode_all.hpp"
#include "tsimcne/images/file_tree.hpp"
#include "tsimcne/images/fingerprint.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/labels.hpp"
#include "tsimcne/images/pack.hpp"
#include "tsimcne/images/path_labels.hpp"
#include "tsimcne/images/source.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

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
  for (const InputForm& form : std::views::reverse(input_forms())) {
    if (std::unique_ptr<ImageSource> source = form.open(place)) return source;
  }
  fail("{} is neither a folder nor an archive that can be read: expected {}", input.string(),
       names_of_input_forms());
}

/// The indices of all images: in their order, or, where some are to be chosen, in a random one.
std::vector<int64_t> draw_order(int64_t count, int64_t limit, uint64_t seed) {
  Random random(seed, Stream::subset);
  std::vector<int64_t> order = random_order(count, random);
  if (limit == 0 || limit >= count) std::ranges::sort(order);
  return order;
}

/// What is known of some of the images.
Catalog take(const Catalog& from, std::span<const int64_t> chosen) {
  Catalog taken;
  for (const int64_t image : chosen) {
    const auto i = static_cast<size_t>(image);
    taken.paths.push_back(from.paths[i]);
    taken.labels.push_back(from.labels[i]);
    taken.splits.push_back(from.splits[i]);
  }
  taken.label_names = from.label_names;
  return taken;
}

std::vector<SizeCount> count_sizes(const std::vector<Shape>& shapes) {
  std::map<std::pair<int, int>, int64_t> counts;
  for (const Shape& shape : shapes) ++counts[{shape.width, shape.height}];
  std::vector<SizeCount> sizes;
  for (const auto& [size, count] : counts) sizes.push_back({size.first, size.second, count});
  std::ranges::stable_sort(sizes, std::ranges::greater{}, &SizeCount::count);
  return sizes;
}

/// What is lost of long images, where that is more than half of one.
std::string note_on_cuts(const std::vector<SizeCount>& sizes, int side) {
  int64_t cut = 0, all = 0;
  for (const SizeCount& size : sizes) {
    const auto [shorter, longer] = std::minmax(size.width, size.height);
    all += size.count;
    if (2 * shorter < longer) cut += size.count;
  }
  if (cut == 0) return "";
  if (sizes.size() > 1) {
    return fmt::format(
        "of {} of the images less than half is kept, the square in the middle; "
        "--fit pad keeps all",
        cut);
  }
  const auto shorter = std::min(sizes[0].width, sizes[0].height);
  return fmt::format("of {} x {} pixels the {} x {} in the middle are kept{}; --fit pad keeps all",
                     sizes[0].width, sizes[0].height, shorter, shorter,
                     shorter == side ? "" : fmt::format(", at {} x {}", side, side));
}

/// Where the pixels tell next to nothing.
std::string note_on_pixels(const DecodedImages& decoded) {
  constexpr int dark = 16, bright = 239;
  const auto n = decoded.hashes.size();
  if (n > 1 &&
      std::ranges::count(decoded.hashes, decoded.hashes[0]) == std::ssize(decoded.hashes)) {
    return fmt::format("all {} images are the same, pixel by pixel", n);
  }
  if (decoded.brightest < dark) {
    return fmt::format("no pixel is brighter than {} of 255, so the images are nearly black",
                       decoded.brightest);
  }
  if (decoded.darkest > bright) {
    return fmt::format("no pixel is darker than {} of 255, so the images are nearly white",
                       decoded.darkest);
  }
  return "";
}

std::vector<std::string> notes_on(const ImageSource& source, const Catalog& catalog,
                                  const DecodedImages& decoded, const ImageSet::Contents& contents,
                                  const ImageOptions& options) {
  std::vector<std::string> notes = source.notes();
  if (source.labels_follow_paths()) notes.push_back(doubt_about_splits(catalog.paths));
  if (options.fit == Fit::crop) {
    notes.push_back(note_on_cuts(contents.original_sizes, contents.side));
  }
  notes.push_back(note_on_pixels(decoded));
  std::erase(notes, "");
  return notes;
}

/// Only files that are images have a say in what the folders mean.
void relabel_by_paths(Catalog& catalog, bool has_table) {
  Catalog by_paths = catalog_of_paths(catalog.paths);
  catalog.splits = std::move(by_paths.splits);
  if (has_table) return;
  catalog.labels = std::move(by_paths.labels);
  catalog.label_names = std::move(by_paths.label_names);
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
  if (found.size() == 0 && source->skipped().empty()) fail("{} holds no images", input.string());
  if (!options.labels.empty()) label_by_table(found, options.labels);

  const std::vector<int64_t> order = draw_order(found.size(), options.limit, options.seed);
  const size_t count = options.limit == 0
                           ? order.size()
                           : std::min(order.size(), static_cast<size_t>(options.limit));
  PackWriter pack(options.pack);
  const DecodedImages decoded = decode_all(*source, order, count, options, pack);

  contents.skipped = source->skipped();
  for (const auto& [index, reason] : decoded.problems) {
    contents.skipped.push_back({found.paths[static_cast<size_t>(index)], reason});
  }
  if (decoded.size() == 0) {
    fail("{} holds {} files and none is an image that can be read; the first, {}: {}",
         input.string(), contents.skipped.size(), contents.skipped.front().path,
         contents.skipped.front().reason);
  }
  contents.side = decoded.side;
  contents.original_sizes = count_sizes(decoded.shapes);
  contents.catalog = take(found, decoded.indices);
  if (source->labels_follow_paths()) relabel_by_paths(contents.catalog, !options.labels.empty());
  contents.notes = notes_on(*source, contents.catalog, decoded, contents, options);
  Fingerprint pixels;
  for (const uint64_t hash : decoded.hashes) pixels.add(hash);
  contents.fingerprint = fingerprint_of(contents.catalog, contents.side, pixels);
  order_labels(contents.catalog);  // sources may have an order of their own, and names not in use
  return ImageSet(pack.finish(std::move(contents)));
}

void require_input(const fs::path& input) {
  std::error_code error;
  if (fs::exists(place_of(input), error)) return;
  if (input == "fashion-mnist") {
    fail("fashion-mnist is not installed: run apt install dataset-fashion-mnist");
  }
  fail("{} does not exist: expected {}", input.string(), names_of_input_forms());
}

std::string stamp_of_source(const fs::path& input) {
  const fs::path place = place_of(input);
  std::error_code error;
  std::vector<TreeFile> files;
  if (fs::is_directory(place, error)) {
    fs::directory_iterator first(place, error);
    if (error) return "";
    files = list_files(place).files;
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
