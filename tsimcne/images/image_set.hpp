#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "tsimcne/catalog.hpp"

namespace tsimcne {

/// How an image that is not square or not of the wanted size becomes S x S.
enum class Fit { crop, pad };

/// A file of the input that did not become an image, and why.
struct SkippedImage {
  std::string path;
  std::string reason;
};

/// How many images had this size, in pixels, before they became squares.
struct SizeCount {
  int width = 0;
  int height = 0;
  int64_t count = 0;
};

/// How a dataset is opened.
struct ImageOptions {
  /// Side of the square images in pixels; larger keeps more detail and costs its square in time.
  /// 0: the images' own, which is their shorter side or, padded, the longer, where all agree and it
  /// is at most 96 pixels, and 8 at least; else 64.
  int size = 0;
  /// crop: scale the short side to S and cut the centre out; pad: scale the long side to S and fill
  /// up with the mean colour of the border.
  Fit fit = Fit::crop;
  /// A table (csv with a header or without: path or name, label) that replaces the labels found in
  /// the input; empty: none.
  std::filesystem::path labels{};
  /// Told in a sentence, without its stop, how the table of labels fits the images.
  std::function<void(const std::string& sentence)> tell{};
  /// Takes this many images at random, in the input's order; 0: all. Files that are no images do
  /// not count.
  int64_t limit = 0;
  /// Seeds the choice of `limit` images.
  uint64_t seed = 0;
  /// Where the packed pixels are written and mapped from; empty: kept in memory.
  std::filesystem::path pack{};
  /// Paths, as the catalog has them, of images that are not taken.
  std::unordered_set<std::string> without{};
  /// Told now and then how many of how many images are decoded. May throw to stop.
  std::function<void(int64_t done, int64_t total)> progress{};
  /// Given the pixels of each image (side x side, RGB) once they are there, in no order. Where the
  /// images turn out to be of several sizes all come again, at another side.
  std::function<void(std::span<const uint8_t> pixels, int side)> decoded{};
};

/// n images of one size, packed as uint8 and mapped from a file (or kept in memory), with their
/// names, labels and splits. Copies share the pixels.
class ImageSet {
 public:
  int64_t size() const { return catalog().size(); }
  /// Width and height of every image in pixels.
  int side() const;
  /// RGB, row after row: side * side * 3 bytes.
  std::span<const uint8_t> pixels(int64_t i) const;
  /// Throws an Error where pixels that were read before this had been lost, since the file that
  /// they are mapped from was cut short or its disk failed: they were black. To be called behind
  /// every use of pixels().
  void expect_whole() const;
  const Catalog& catalog() const;
  /// The files that did not become images.
  const std::vector<SkippedImage>& skipped() const;
  /// Sentences on what a person may not expect of these images, without a full stop.
  const std::vector<std::string>& notes() const;
  /// The images' own sizes, the most frequent first.
  const std::vector<SizeCount>& original_sizes() const;
  /// 16 hexadecimal digits that change with any pixel, path, label or split.
  const std::string& fingerprint() const;
  /// 16 hexadecimal digits that change when the files of the input do (names, sizes, times).
  const std::string& source_stamp() const;

  struct Contents;
  explicit ImageSet(std::shared_ptr<const Contents> contents);

 private:
  std::shared_ptr<const Contents> contents_;
};

/// Opens images in any of the forms of input_forms() (source.hpp), or a dataset's name, and decodes
/// them with all cores. Unreadable files are listed in skipped(). Throws an Error where the input
/// is missing or unknown, or no image remains.
ImageSet open_images(const std::filesystem::path& input, const ImageOptions& options = {});

/// Several inputs as one: images, folders and archives. Paths are those below the innermost folder
/// that holds all.
ImageSet open_images(std::span<const std::filesystem::path> inputs,
                     const ImageOptions& options = {});

/// The image whose file has this content, as a set of one, in memory. Throws an Error where it is
/// no image that can be read, in a few words.
ImageSet image_of_content(std::span<const uint8_t> content, int side, Fit fit);

/// Images that are in memory already: RGB, n * side * side * 3 bytes, which `owner` keeps alive;
/// they are not copied. Without a catalog they are called "image 1" and so on. Throws an Error
/// where the numbers do not fit together.
ImageSet images_of_pixels(std::span<const uint8_t> pixels, int side,
                          std::shared_ptr<const void> owner, Catalog catalog = {});

/// Some of the images, in the order of `chosen`, as a set of their own that shares their pixels.
/// Their labels keep the numbers and names that they have among all images.
ImageSet take_images(const ImageSet& images, std::span<const int64_t> chosen);

/// The images of both sets, which are of one side, as one that shares their pixels.
ImageSet join_images(const ImageSet& first, const ImageSet& second);

/// Whether the input is no path but the name of a data set that is not shadowed by a file.
bool is_data_set_name(const std::filesystem::path& input);

/// Throws an Error that names what is accepted where there is nothing at `input`.
void require_input(const std::filesystem::path& input);

/// Maps a pack written by open_images. Throws an Error where it is damaged.
ImageSet read_pack(const std::filesystem::path& pack);

/// What source_stamp() would be if the input were opened now; "" where it is gone or cannot be
/// read.
std::string stamp_of_source(const std::filesystem::path& input);
std::string stamp_of_source(std::span<const std::filesystem::path> inputs);

}  // namespace tsimcne
