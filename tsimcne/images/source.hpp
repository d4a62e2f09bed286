#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
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
  size_t position = 0;         // in the list of wanted images
  std::vector<uint8_t> bytes;  // a file's content; RGB row after row where width is not 0
  int width = 0;               // pixels; 0 for a file's content
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
  /// Parts of the input that are known not to be images before they are read.
  virtual std::vector<SkippedImage> skipped() const { return {}; }
  /// Hands out the images with these ascending indices of the catalog, each once, in any order.
  virtual void read(std::span<const int64_t> wanted, const Receiver& receive) = 0;
};

// Each format answers whether it knows the input, nullptr where it does not. A format is a file
// beside this one, its line here and its line in the table of open_images.cpp.
using Opener = std::unique_ptr<ImageSource>(const std::filesystem::path& input);
Opener open_cifar, open_idx, open_folder, open_tar;

}  // namespace tsimcne
