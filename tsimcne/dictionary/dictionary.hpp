#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "tsimcne/dictionary/embedding.hpp"
#include "tsimcne/dictionary/patches.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/layout/pca.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

constexpr float feature_length = 4;  // of an image's feature vector; the head learns best from it

/// What decides a dictionary beside the images and the seed.
struct DictionaryOptions {
  int atoms = 2048;            // more tell finer patterns apart, in proportion to time
  int grain = 1;               // pixels a side whose mean is one of a patch; 2 takes a quarter
  int patch = 6;               // grains a side
  int stride = 2;              // grains from patch to patch; 1 takes four times as long
  int cells = 4;               // a side, in which patterns are counted
  int directions = 240;        // of the embedding
  int left_out = 16;           // before them
  int components = 384;        // of what the dictionary sees, in the features
  int pixels = 50;             // principal components of the pixels themselves, in the features
  double pixel_weight = 0.25;  // of their length to that of the others
};

/// How much a dictionary counts.
struct DictionaryShape {
  int64_t patches;      // of an image
  int64_t patch;        // numbers of a patch
  int64_t description;  // of an image: cells^2 x directions
  int64_t pixels;       // numbers of a small image
};

/// Of images of side x side pixels. Throws an Error where these are smaller than a patch.
DictionaryShape shape_of(const DictionaryOptions& options, int side);

/// Features of a collection in closed form, without a network and without training: the sparse
/// manifold transform (Chen, Yun, Ma, Olshausen, LeCun, "Minimalistic unsupervised representation
/// learning with the sparse manifold transform", ICLR 2023).
///
/// An image is taken apart into patches; each becomes a direction (Whitening). Its code says which
/// atoms it is close to: directions of the collection's own patches, taken at random
/// (count_active). The embedding brings codes of one image together (learn_embedding). The mean
/// embedded code of each of a few cells of the image, of length 1, describes it; principal
/// components of that are its features, beside those of its pixels, which know of size and
/// brightness what the patches do not.
struct Dictionary {
  DictionaryOptions options;
  int side = 0;  // of the images, in pixels
  Whitening whitening;
  Matrix atoms;  // [atoms, 3 patch^2], of length 1, no two closer than a cosine of 0.5
  CodeEmbedding embedding;
  PrincipalAxes axes;        // of descriptions [cells^2 x directions], scaled
  PrincipalAxes pixel_axes;  // of small images, scaled

  /// Length of the feature vector.
  int64_t width() const { return axes.directions.rows + pixel_axes.directions.rows; }

  /// The features [n, width()], rows of length feature_length, of n images, each RGB, row after
  /// row, side x side pixels.
  Matrix features(std::span<const std::span<const uint8_t>> images) const;
};

/// Told how many of how many images are looked at. May throw to stop.
using DictionaryProgress = std::function<void(int64_t done, int64_t total)>;

/// Looks at samples of the images' patches, at 6,000 images for the embedding and at 12,000 for
/// the principal components, so that its time does not grow with the collection beyond. Uses all
/// OpenMP threads, and gives the same bytes with any number of them. Throws an Error where images
/// are smaller than a patch.
Dictionary learn_dictionary(const ImageSet& images, const DictionaryOptions& options, uint64_t seed,
                            const DictionaryProgress& progress = {});

/// How many of n images it looks at, those of the embedding and of the axes each counted.
int64_t images_looked_at(int64_t n);

}  // namespace tsimcne
