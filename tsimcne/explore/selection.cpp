#include "tsimcne/explore/selection.hpp"

#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/files/csv.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr size_t longest_name = 100;

void check_name(const std::string& name) {
  const bool is_plain = std::ranges::all_of(name, [](char letter) {
    return static_cast<unsigned char>(letter) >= ' ' && letter != '/' && letter != '\\';
  });
  if (name.empty() || name.size() > longest_name || name.front() == '.' || !is_plain) {
    fail(
        "an export cannot be called \"{}\": expected 1 to {} letters without slashes that do not "
        "start with a dot",
        name, longest_name);
  }
}

/// A new folder below `run`, which no link leads out of.
fs::path make_folder(const fs::path& run, const std::string& name) {
  const fs::path exports = run / "exports";
  std::error_code error;
  fs::create_directories(exports, error);
  if (error || fs::is_symlink(exports) || !fs::is_directory(exports)) {
    fail("{} is not a folder of the run", exports.string());
  }
  std::string numbered = name;
  for (int number = 2; !fs::create_directory(exports / numbered, error); ++number) {
    if (error) fail("{} cannot be made: {}", (exports / numbered).string(), error.message());
    numbered = fmt::format("{} {}", name, number);
  }
  return fs::path("exports") / numbered;
}

void write_table(const Map& map, std::span<const int64_t> images,
                 std::span<const std::string> own_labels, const fs::path& path) {
  std::string text =
      fmt::format("id,path,label,{},x,y{}\n", own_label, map.points.cols == 3 ? ",z" : "");
  for (const int64_t image : images) {
    const auto at = static_cast<size_t>(image);
    text += fmt::format("{},{},{},{},{}\n", image, quote_csv(map.catalog.paths[at]),
                        quote_csv(map.catalog.label_name(image)),
                        own_labels.empty() ? "" : quote_csv(own_labels[at]),
                        fmt::join(map.points.row(image), ","));
  }
  write_whole_file(path, text);
}

/// Where an image's file goes below the folder: to its own path, as far as that stays inside.
fs::path place_below(const fs::path& folder, const std::string& path) {
  const fs::path below = fs::path(path).lexically_normal();
  const bool leaves = below.is_absolute() || below.empty() || *below.begin() == "..";
  return folder / (leaves ? below.filename() : below);
}

void copy_image(const Exhibit& exhibit, int64_t image, fs::path to) {
  if (const auto file = original_file(exhibit, image)) {
    fs::copy_file(*file, to, fs::copy_options::overwrite_existing);
    return;
  }
  if (!exhibit.images) fail("the run holds no images, and their files are gone; export a csv");
  write_whole_file(to.replace_extension(".jpg"), packed_jpeg(exhibit, image));
}

void link_image(const Exhibit& exhibit, int64_t image, const fs::path& to) {
  const auto file = original_file(exhibit, image);
  if (!file) {
    fail("{} is not there any more, so no link can point to it; export copies",
         exhibit.map.catalog.paths[static_cast<size_t>(image)]);
  }
  fs::create_symlink(*file, to);
}

}  // namespace

fs::path write_selection(const Exhibit& exhibit, std::span<const int64_t> images,
                         SelectionKind kind, const std::string& name, const fs::path& run,
                         std::span<const std::string> own_labels) {
  check_name(name);
  fs::path folder = make_folder(run, name);
  try {
    write_table(exhibit.map, images, own_labels, run / folder / "selection.csv");
    for (const int64_t image : images) {
      if (kind == SelectionKind::csv) break;
      const fs::path to = place_below(run / folder / "images",
                                      exhibit.map.catalog.paths[static_cast<size_t>(image)]);
      fs::create_directories(to.parent_path());
      if (kind == SelectionKind::copies) {
        copy_image(exhibit, image, to);
      } else {
        link_image(exhibit, image, to);
      }
    }
  } catch (const fs::filesystem_error& error) {
    fail("the export stopped: {}", error.what());
  }
  return folder;
}

}  // namespace tsimcne
