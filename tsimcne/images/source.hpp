#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsimcne/catalog.hpp"
#include "tsimcne/images/image_set.hpp"

namespace tsimcne {

/// More images than this in one input are refused: 16 million.
constexpr int64_t most_images = int64_t{1} << 24;
/// A file of more bytes than this is not read as an image: 1 GiB.
constexpr int64_t most_file_bytes = int64_t{1} << 30;

/// An image as it was found: an encoded file, or bare pixels.
struct FoundImage {
  size_t position = 0;  // in the list of wanted images
  /// A file's content, or its first bytes where they are of no image that is read; RGB row after
  /// row where width is not 0.
  std::vector<uint8_t> bytes;
  int width = 0;  // pixels; 0 for a file's content
  int height = 0;
  std::string problem;  // why the bytes could not be read; empty: they were
};

/// Where images come from: it knows the names of all, and reads those that are wanted.
class ImageSource {
 public:
  /// Takes an image; false where it wants no more.
  using Receiver = std::function<bool(FoundImage&&)>;

  virtual ~ImageSource() = default;
  /// All images of the input, before any of them is decoded.
  virtual Catalog& catalog() = 0;
  /// Whether splits are those of the folders in which images stand, in which files that turn out to
  /// be none have no say.
  virtual bool is_tree() const { return false; }
  /// Whether labels come from elsewhere than from folders.
  virtual bool has_own_labels() const { return !is_tree(); }
  /// Parts of the input that are known not to be images before they are read.
  virtual std::vector<SkippedImage> skipped() const { return {}; }
  /// Sentences on what a person may not expect, without a full stop.
  virtual std::vector<std::string> notes() const { return {}; }
  /// Hands out the images with these ascending indices of the catalog, each once, in any order.
  virtual void read(std::span<const int64_t> wanted, const Receiver& receive) = 0;
};

/// Opens one input of any form; throws an Error where it is of none.
std::unique_ptr<ImageSource> open_source(const std::filesystem::path& input);

/// Several inputs as one: each image's path is that below the innermost folder that holds all
/// inputs, so that of folders side by side the names are labels.
std::unique_ptr<ImageSource> open_together(std::span<const std::filesystem::path> inputs);

/// One input or several, shards of archives among them ("set-{0..9}.tar").
std::unique_ptr<ImageSource> open_source(std::span<const std::filesystem::path> inputs);

/// The innermost folder that holds all of the inputs, of one that in which it lies; absolute.
std::filesystem::path folder_of_all(std::span<const std::filesystem::path> inputs);

/// Reads a file as an image, or its first bytes where they are of no image that is read.
FoundImage read_image_file(const std::filesystem::path& path);

/// Whether a file that begins like this is of an image that is read.
bool begins_as_image(std::span<const uint8_t> start);

/// A form in which images come. An input is of the last form of the table that knows it: the
/// general ones, of which people have most, stand first.
struct InputForm {
  std::string_view name;      // "a .tar or .zip of one"
  std::string_view sentence;  // what is read of it
  /// Opens the input; nullptr where it is of another form.
  std::unique_ptr<ImageSource> (*open)(const std::filesystem::path& input);
};

/// All forms.
std::span<const InputForm> input_forms();

/// "a folder of images, an image, ... or fashion-mnist"
std::string names_of_input_forms();

// Each form is a file beside this one, its line here and its line in the table of
// input_forms.cpp.
using Opener = std::unique_ptr<ImageSource>(const std::filesystem::path& input);
Opener open_archive, open_arrays, open_cifar, open_folder, open_idx, open_image_file, open_list;

}  // namespace tsimcne
