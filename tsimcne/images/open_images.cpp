#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <ranges>
#include <regex>
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
  if (is_data_set_name(input)) return "/usr/share/datasets/fashion-mnist";
  // Without a slash at the end, so that filename() is the folder's.
  return input.has_filename() ? input : input.parent_path();
}

/// Data sets are often unpacked into a folder of their own; what is asked by the names of files is
/// asked there.
fs::path innermost(fs::path folder) {
  std::error_code error;
  while (true) {
    std::optional<fs::path> only;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      if (is_hidden(entry->path().filename().string())) continue;
      if (only || !entry->is_directory(error) || entry->is_symlink(error)) return folder;
      only = entry->path();
    }
    if (error || !only) return folder;
    folder = *only;
  }
}

/// "shard-{000..009}.tar" stands for ten files, as it does for a shell.
std::vector<fs::path> expanded(const fs::path& input) {
  static const std::regex range(R"(^(.*)\{(\d{1,9})\.\.(\d{1,9})\}(.*)$)");
  std::smatch parts;
  const std::string text = input.string();
  std::error_code error;
  if (fs::exists(input, error) || !std::regex_match(text, parts, range)) return {input};
  const int first = std::stoi(parts[2]), last = std::stoi(parts[3]);
  constexpr int most_shards = 100'000;
  if (first > last || last - first >= most_shards) {
    fail("{} names shards {} to {}; expected 1 to {} of them", text, first, last, most_shards);
  }
  std::vector<fs::path> shards;
  for (int i = first; i <= last; ++i) {
    shards.emplace_back(
        fmt::format("{}{:0{}}{}", parts[1].str(), i, parts[2].length(), parts[4].str()));
  }
  return shards;
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
  int64_t cut = 0;
  for (const SizeCount& size : sizes) {
    const auto [shorter, longer] = std::minmax(size.width, size.height);
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
  if (source.is_tree()) notes.push_back(doubt_about_splits(catalog.paths));
  if (options.fit == Fit::crop) {
    notes.push_back(note_on_cuts(contents.original_sizes, contents.side));
  }
  notes.push_back(note_on_pixels(decoded));
  std::erase(notes, "");
  return notes;
}

/// A label that all images share tells nothing.
void leave_out_a_label_of_all(Catalog& catalog) {
  const auto is_first = [&](int32_t label) { return label == catalog.labels.front(); };
  if (catalog.size() < 2 || !std::ranges::all_of(catalog.labels, is_first)) return;
  std::ranges::fill(catalog.labels, -1);
  catalog.label_names.clear();
}

[[noreturn]] void fail_for_none(const std::string& name, std::span<const fs::path> inputs,
                                const std::vector<SkippedImage>& skipped) {
  const SkippedImage& first = skipped.front();
  if (inputs.size() == 1 && first.path == inputs[0].filename()) fail("{}: {}", name, first.reason);
  fail("{} holds no image that can be read; the first of {} files, {}: {}", name, skipped.size(),
       first.path, first.reason);
}

/// Only files that are images have a say in what the folders mean.
void relabel_by_paths(Catalog& catalog, bool keeps_labels) {
  Catalog by_paths = catalog_of_paths(catalog.paths);
  catalog.splits = std::move(by_paths.splits);
  if (keeps_labels) return;
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

std::unique_ptr<ImageSource> open_source(const fs::path& input) {
  require_input(input);
  const fs::path place = place_of(input);
  const fs::path folder = innermost(place);
  for (const InputForm& form : std::views::reverse(input_forms())) {
    const bool is_known_by_names = form.open == open_cifar || form.open == open_idx;
    if (auto source = form.open(is_known_by_names ? folder : place)) return source;
  }
  fail("{} is neither a folder nor an archive that can be read: expected {}", input.string(),
       names_of_input_forms());
}

std::unique_ptr<ImageSource> open_source(std::span<const fs::path> inputs) {
  std::vector<fs::path> places;
  for (const fs::path& input : inputs) {
    for (fs::path& place : expanded(input)) {
      require_input(place);
      places.push_back(std::move(place));
    }
  }
  return places.size() == 1 ? open_source(places.front()) : open_together(places);
}

ImageSet open_images(const fs::path& input, const ImageOptions& options) {
  return open_images(std::span(&input, 1), options);
}

ImageSet open_images(std::span<const fs::path> inputs, const ImageOptions& options) {
  check(options);
  const std::unique_ptr<ImageSource> source = open_source(inputs);
  const std::string name = inputs.front().string();
  ImageSet::Contents contents;
  contents.source_stamp = stamp_of_source(inputs);
  Catalog& found = source->catalog();
  if (found.size() == 0 && source->skipped().empty()) fail("{} holds no images", name);
  std::string said_of_labels;
  if (!options.labels.empty()) said_of_labels = label_by_table(found, options.labels);

  std::vector<int64_t> order = draw_order(found.size(), options.limit, options.seed);
  std::erase_if(order, [&](int64_t i) {
    return options.without.contains(found.paths[static_cast<size_t>(i)]);
  });
  if (order.empty() && !options.without.empty()) fail("{} holds no other images", name);
  const size_t count = options.limit == 0
                           ? order.size()
                           : std::min(order.size(), static_cast<size_t>(options.limit));
  PackWriter pack(options.pack);
  const DecodedImages decoded = decode_all(*source, order, count, options, pack);

  contents.skipped = source->skipped();
  for (const auto& [index, reason] : decoded.problems) {
    contents.skipped.push_back({found.paths[static_cast<size_t>(index)], reason});
  }
  if (decoded.size() == 0) fail_for_none(name, inputs, contents.skipped);
  contents.side = decoded.side;
  contents.original_sizes = count_sizes(decoded.shapes);
  contents.catalog = take(found, decoded.indices);
  if (source->is_tree()) {
    relabel_by_paths(contents.catalog, source->has_own_labels() || !options.labels.empty());
  }
  if (options.labels.empty()) leave_out_a_label_of_all(contents.catalog);
  contents.notes = notes_on(*source, contents.catalog, decoded, contents, options);
  Fingerprint pixels;
  for (const uint64_t hash : decoded.hashes) pixels.add(hash);
  contents.fingerprint = fingerprint_of(contents.catalog, contents.side, pixels);
  order_labels(contents.catalog);  // sources may have an order of their own, and names not in use
  if (!options.labels.empty() && options.tell) {
    options.tell(count_labelled(contents.catalog) + said_of_labels);
  }
  return ImageSet(pack.finish(std::move(contents)));
}

bool is_data_set_name(const fs::path& input) {
  std::error_code error;
  return input == "fashion-mnist" && !fs::exists(input, error);
}

void require_input(const fs::path& input) {
  std::error_code error;
  const std::vector<fs::path> places = expanded(input);
  const auto missing = std::ranges::find_if(
      places, [&](const fs::path& place) { return !fs::exists(place_of(place), error); });
  if (missing == places.end()) return;
  if (input == "fashion-mnist") {
    fail("fashion-mnist is not installed: run apt install dataset-fashion-mnist");
  }
  fail("{} does not exist: expected {}", missing->string(), names_of_input_forms());
}

std::string stamp_of_source(const fs::path& input) {
  return stamp_of_source(std::span(&input, 1));
}

std::string stamp_of_source(std::span<const fs::path> inputs) {
  Fingerprint stamp;
  std::error_code error;
  for (const fs::path& input : inputs) {
    for (const fs::path& named : expanded(input)) {
      const fs::path place = place_of(named);
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
      for (const TreeFile& file : files) {
        stamp.add(file.path).add(file.bytes).add(static_cast<uint64_t>(file.changed_ns));
      }
    }
  }
  return stamp.hex();
}

}  // namespace tsimcne
