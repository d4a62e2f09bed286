#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/matrix.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {

/// The squares that an image is taken apart into, and the cells of the image that they are counted
/// in: cells x cells, each with about as many patches.
class PatchGrid {
 public:
  /// side: of the images, in pixels; grain: pixels a side that are one number of each colour, their
  /// mean; patch: of a patch, and stride: from patch to patch, both in grains.
  PatchGrid(int side, int patch, int stride, int cells, int grain = 1);

  int side() const { return side_; }
  int patch() const { return patch_; }
  int grain() const { return grain_; }
  /// Numbers of a patch: 3 colours of patch x patch grains.
  int64_t numbers() const { return int64_t{3} * patch_ * patch_; }
  /// The patches' upper left pixels, cell after cell.
  struct Place {
    int x, y;
  };
  std::span<const Place> places() const { return places_; }
  /// Where each cell's patches begin among places(), and where the last ends.
  std::span<const int32_t> cells() const { return cells_; }

 private:
  int side_, patch_, grain_;
  std::vector<Place> places_;
  std::vector<int32_t> cells_;
};

/// A patch's numbers 0 .. 255, row after row of grains.
void read_patch(std::span<const uint8_t> pixels, int side, PatchGrid::Place at, int patch,
                int grain, std::span<float> numbers);

/// Patches [count, 3 patch^2] at random places of random images, as numbers 0 .. 255.
Matrix random_patches(const ImageSet& images, int patch, int grain, int64_t count, Random& random);

/// Makes directions of patches: the mean of the patch's own numbers is removed, all are whitened by
/// the patches' covariance (zero-phase; Bell and Sejnowski 1997), and get length 1.
struct Whitening {
  Matrix matrix;  // [d, d], of numbers 0 .. 255; removes the patch's mean too
  Matrix offset;  // [1, d], added to their product

  /// What a sample of patches [n, d] says of it. Added to the covariance's eigenvalues, in units of
  /// the whole range of a colour: 1e-3, which keeps what is hardly there from becoming loud.
  static Whitening of(const Matrix& patches);

  /// The directions [n, d] of patches [n, d]; of a patch without any contrast, zeros.
  Matrix directions(const Matrix& patches) const;
};

}  // namespace tsimcne
