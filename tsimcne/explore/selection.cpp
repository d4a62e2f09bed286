#include "tsimcne/explore/selection.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

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

/// What went wrong with a file of the export, as a sentence.
[[noreturn]] void fail_at(const fs::path& file, int error) {
  fail("the export stopped, and what it had written is removed: {} cannot be written: {}",
       file.string(), std::strerror(error));
}

/// Where an image's file goes below the folder: to its own path, as far as that stays inside.
fs::path place_below(const fs::path& folder, const std::string& path) {
  const fs::path below = fs::path(path).lexically_normal();
  const bool leaves = below.is_absolute() || !below.has_filename() || *below.begin() == "..";
  return folder / (leaves ? below.filename() : below);
}

/// The path itself, or, where there is something already, with a number before its extension.
fs::path free_name(const fs::path& path) {
  fs::path numbered = path;
  std::error_code error;
  for (int number = 2; fs::exists(fs::symlink_status(numbered, error)); ++number) {
    const std::string name =
        fmt::format("{} {}{}", path.stem().string(), number, path.extension().string());
    numbered.replace_filename(name);
  }
  return numbered;
}

void make_parents(const fs::path& file) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) fail_at(file.parent_path(), error.value());
}

/// Without waiting for the disk: an export that is broken off is made again.
void write_new_file(const fs::path& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) fail_at(path, errno);
  int error = 0;
  while (!bytes.empty() && error == 0) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) error = errno;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (::close(file) != 0 && error == 0) error = errno;
  if (error != 0) fail_at(path, error);
}

bool is_jpeg_name(const fs::path& path) {
  return path.extension() == ".jpg" || path.extension() == ".jpeg";
}

/// False where the file cannot be read, which is then not there.
bool copy_readable(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (!error) return true;
  constexpr std::array of_the_disk{ENOSPC, EDQUOT, EFBIG, EROFS};
  if (std::ranges::find(of_the_disk, error.value()) != of_the_disk.end()) {
    fail_at(to, error.value());
  }
  std::error_code not_there;
  fs::remove(to, not_there);
  return false;
}

/// True where the copy is of the image's own file; else it is what the run holds.
bool copy_image(const Exhibit& exhibit, int64_t image, const fs::path& to) {
  const auto file = source_file(exhibit, image);
  if (file && copy_readable(*file, free_name(to))) return true;
  if (!exhibit.images) fail("the run holds no images, and their files are gone; export a csv");
  fs::path named = to;
  if (!is_jpeg_name(to)) named += ".jpg";
  write_new_file(free_name(named), packed_jpeg(exhibit, image));
  return false;
}

void link_image(const Exhibit& exhibit, int64_t image, const fs::path& to) {
  const auto file = source_file(exhibit, image);
  if (!file) {
    fail("{} is not a file of its own{}, so no link can point to it; export copies",
         exhibit.map.catalog.paths[static_cast<size_t>(image)],
         exhibit.originals.empty() ? "" : " in " + exhibit.originals.string());
  }
  const fs::path place = free_name(to);
  if (::symlink(file->c_str(), place.c_str()) == 0) return;
  const bool knows_none = errno == EPERM || errno == ENOTSUP || errno == ENOSYS;
  if (knows_none) fail("the disk of the run knows no links; export copies");
  fail_at(place, errno);
}

/// Writes the images' files into `folder`; returns of how many it is what the run holds.
int64_t write_images(const Exhibit& exhibit, std::span<const int64_t> images, SelectionKind kind,
                     const fs::path& folder) {
  int64_t from_run = 0;
  for (const int64_t image : images) {
    const fs::path to = place_below(folder, exhibit.map.catalog.paths[static_cast<size_t>(image)]);
    make_parents(to);
    if (kind == SelectionKind::links) {
      link_image(exhibit, image, to);
    } else if (!copy_image(exhibit, image, to)) {
      ++from_run;
    }
  }
  return from_run;
}

}  // namespace

WrittenSelection write_selection(const Exhibit& exhibit, std::span<const int64_t> images,
                                 SelectionKind kind, const std::string& name, const fs::path& run,
                                 std::span<const std::string> own_labels) {
  check_name(name);
  WrittenSelection written{.folder = make_folder(run, name)};
  try {
    write_table(exhibit.map, images, own_labels, run / written.folder / "selection.csv");
    if (kind != SelectionKind::csv) {
      written.from_run = write_images(exhibit, images, kind, run / written.folder / "images");
    }
  } catch (...) {
    std::error_code stays;
    fs::remove_all(run / written.folder, stays);
    throw;
  }
  return written;
}

}  // namespace tsimcne
