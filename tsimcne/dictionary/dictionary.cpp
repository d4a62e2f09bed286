#include "tsimcne/dictionary/dictionary.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "tsimcne/dictionary/coder.hpp"
#include "tsimcne/layout/directions.hpp"
#include "tsimcne/layout/products.hpp"

namespace tsimcne {
namespace {

constexpr int64_t sampled_patches = 80'000;  // for the whitening, and as many for the atoms
constexpr int64_t coded_patches = 150'000;   // whose codes the embedding looks at
constexpr int64_t coded_images = 6'000;      // that it looks at
constexpr int64_t images_of_axes = 12'000;   // that principal components look at
constexpr float alike = 0.5;                 // no two atoms are closer than this cosine
constexpr int64_t images_at_once = 32;       // to a thread, so that their codes stay in cache
constexpr int64_t described_at_once = 1024;
constexpr int64_t coded_at_once = 1024;
constexpr int most_small_side = 32;  // pixels, whose principal components are taken
constexpr float least_length = 1e-8F;

using Pixels = std::span<const uint8_t>;  // of an image
using Images = std::span<const Pixels>;

/// The first directions no two of which are alike: [count or fewer, d].
Matrix choose_atoms(const Matrix& directions, int64_t count) {
  Rows chosen(count, directions.cols);
  int64_t found = 0;
  constexpr int64_t at_once = 512;
  for (int64_t first = 0; first < directions.rows && found < count; first += at_once) {
    const Rows block =
        rows_in(directions).middleRows(first, std::min(at_once, directions.rows - first));
    const int64_t before = found;
    Eigen::VectorXf closest = Eigen::VectorXf::Constant(block.rows(), -1);
    if (before > 0) closest = (block * chosen.topRows(before).transpose()).rowwise().maxCoeff();
    for (int64_t i = 0; i < block.rows() && found < count; ++i) {
      if (closest(i) >= alike || block.row(i).squaredNorm() < 0.5F) continue;
      const auto own = chosen.middleRows(before, found - before);
      if (found > before && (own * block.row(i).transpose()).maxCoeff() >= alike) continue;
      chosen.row(found++) = block.row(i);
    }
  }
  Matrix atoms(found, directions.cols);
  std::copy_n(chosen.data(), found * directions.cols, atoms.values.begin());
  return atoms;
}

/// Of each cell of each image, the mean embedded code, of length 1: [n, cells x directions].
Matrix describe(const Coder& coder, const CodeEmbedding& embedding, Images images) {
  const int64_t n = std::ssize(images), cells = coder.cells();
  const int64_t directions = embedding.matrix.cols;
  Matrix result(n, cells * directions);
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < n; first += images_at_once) {
    const int64_t count = std::min(images_at_once, n - first);
    Matrix shares(count, cells * coder.atoms());
    for (int64_t i = 0; i < count; ++i) {
      coder.write_shares(coder.read(images[static_cast<size_t>(first + i)]), shares.row(i));
    }
    const Eigen::Map<const Rows> codes(shares.values.data(), count * cells, coder.atoms());
    Eigen::Map<Rows> rows(result.row(first).data(), count * cells, directions);
    rows.noalias() = codes * rows_in(embedding.matrix);
    rows.rowwise() -= rows_in(embedding.offset).row(0);
    for (auto row : rows.rowwise()) row /= std::max(row.norm(), least_length);
  }
  return result;
}

/// Told how many images more were looked at.
using Looked = std::function<void(int64_t images)>;

/// The same of very many images.
Matrix describe(const Coder& coder, const CodeEmbedding& embedding, Images images,
                const Looked& looked) {
  Matrix result(std::ssize(images), coder.cells() * embedding.matrix.cols);
  for (int64_t first = 0; first < result.rows; first += described_at_once) {
    const int64_t count = std::min(described_at_once, result.rows - first);
    const Images some = images.subspan(static_cast<size_t>(first), static_cast<size_t>(count));
    std::ranges::copy(describe(coder, embedding, some).values, result.row(first).begin());
    looked(count);
  }
  return result;
}

/// How many pixels a side become one, so that 32 or less are left.
int shrinking(int side) {
  return (side + most_small_side - 1) / most_small_side;
}

/// Small images: sums of squares of pixels, [n, 3 s^2].
Matrix shrink(Images images, int side) {
  const int factor = shrinking(side), small = side / factor;
  Matrix result(std::ssize(images), int64_t{3} * small * small);
#pragma omp parallel for
  for (int64_t i = 0; i < result.rows; ++i) {
    const Pixels pixels = images[static_cast<size_t>(i)];
    const auto row = result.row(i);
    for (int y = 0; y < small * factor; ++y) {
      for (int x = 0; x < 3 * small * factor; ++x) {
        const int at = (y / factor * small + x / 3 / factor) * 3 + x % 3;
        row[static_cast<size_t>(at)] += pixels[static_cast<size_t>(3 * int64_t{y} * side + x)];
      }
    }
  }
  return result;
}

/// `count` of the images, or all, in random order.
std::vector<Pixels> some_of(const ImageSet& images, int64_t count, Random& random) {
  std::vector<int64_t> chosen = random_order(images.size(), random);
  chosen.resize(static_cast<size_t>(std::min(images.size(), count)));
  std::vector<Pixels> result;
  for (const int64_t i : chosen) result.push_back(images.pixels(i));
  return result;
}

/// Looks at the mean codes of some images, and at the codes of some of their patches.
CodeEmbedding embed_codes(const Coder& coder, Images images, const DictionaryOptions& options,
                          const Looked& looked) {
  const int64_t n = std::ssize(images), patches = coder.patches();
  const int64_t every = std::max<int64_t>(1, n * patches / coded_patches);
  Matrix means(n, coder.atoms());
  std::vector<std::vector<int32_t>> codes(static_cast<size_t>((n * patches + every - 1) / every));
  for (int64_t from = 0; from < n; from += coded_at_once) {
    const int64_t to = std::min(n, from + coded_at_once);
#pragma omp parallel for schedule(dynamic)
    for (int64_t i = from; i < to; ++i) {
      const auto bytes = coder.read(images[static_cast<size_t>(i)]);
      coder.write_shares(bytes, means.row(i));
      const int64_t first = i * patches, end = first + patches;  // among all patches
      for (int64_t p = (first + every - 1) / every; p * every < end; ++p) {
        codes[static_cast<size_t>(p)] = coder.active(bytes, p * every - first);
      }
    }
    looked(to - from);
  }
  ActiveAtoms active;
  for (const std::vector<int32_t>& code : codes) {
    active.atoms.insert(active.atoms.end(), code.begin(), code.end());
    active.begin.push_back(std::ssize(active.atoms));
  }
  return learn_embedding(active, means, options.directions, options.left_out);
}

/// The principal axes of rows, scaled so that projected rows have a mean square length of
/// `length`^2.
PrincipalAxes scaled_axes(const Matrix& data, int64_t count, double length) {
  const Eigen::RowVectorXf mean = rows_in(data).colwise().mean();
  const Rows centred = rows_in(data).rowwise() - mean;
  const auto scatter = [&](const Rows& x) {
    return product_of_transposed(centred, product(centred, x));
  };
  Rows directions = leading_directions(scatter, data.cols, count);
  const double square =
      product(centred, directions).cast<double>().squaredNorm() / static_cast<double>(data.rows);
  if (square > 0) directions *= static_cast<float>(length / std::sqrt(square));
  PrincipalAxes axes{Matrix(1, data.cols), Matrix(directions.cols(), data.cols)};
  rows_in(axes.mean) = mean;
  rows_in(axes.directions) = directions.transpose();
  return axes;
}

Rows along(const PrincipalAxes& axes, const Matrix& data) {
  const Rows centred = rows_in(data).rowwise() - rows_in(axes.mean).row(0);
  return product(centred, rows_in(axes.directions).transpose());
}

PatchGrid grid_of(int side, const DictionaryOptions& options, int cells) {
  return {side, options.patch, options.stride, cells, options.grain};
}

}  // namespace

DictionaryShape shape_of(const DictionaryOptions& options, int side) {
  const PatchGrid grid = grid_of(side, options, options.cells);
  const int64_t small = side / shrinking(side);
  return {std::ssize(grid.places()), grid.numbers(),
          (std::ssize(grid.cells()) - 1) * options.directions, 3 * small * small};
}

Matrix Dictionary::features(Images images) const {
  const Coder coder(whitening, atoms, grid_of(side, options, options.cells));
  const int64_t n = std::ssize(images), seen = axes.directions.rows;
  Matrix result(n, width());
  for (int64_t first = 0; first < n; first += described_at_once) {
    const int64_t count = std::min(described_at_once, n - first);
    const Images some = images.subspan(static_cast<size_t>(first), static_cast<size_t>(count));
    auto rows = rows_in(result).middleRows(first, count);
    rows.leftCols(seen) = along(axes, describe(coder, embedding, some));
    rows.rightCols(width() - seen) = along(pixel_axes, shrink(some, side));
    for (auto row : rows.rowwise()) row *= feature_length / std::max(row.norm(), least_length);
  }
  return result;
}

int64_t images_looked_at(int64_t n) {
  return std::min(n, coded_images) + std::min(n, images_of_axes);
}

Dictionary learn_dictionary(const ImageSet& images, const DictionaryOptions& options, uint64_t seed,
                            const DictionaryProgress& progress) {
  Random random(seed, Stream::dictionary);
  const int side = images.side();
  const std::vector<Pixels> coded = some_of(images, coded_images, random);
  const std::vector<Pixels> described = some_of(images, images_of_axes, random);
  int64_t done = 0;
  const auto looked = [&](int64_t count) {
    done += count;
    if (progress) progress(done, std::ssize(coded) + std::ssize(described));
  };
  const auto patches = [&] {
    return random_patches(images, options.patch, options.grain, sampled_patches, random);
  };
  Dictionary result;
  result.options = options;
  result.side = side;
  result.whitening = Whitening::of(patches());
  result.atoms = choose_atoms(result.whitening.directions(patches()), options.atoms);
  const Coder whole(result.whitening, result.atoms, grid_of(side, options, /*cells=*/1));
  result.embedding = embed_codes(whole, coded, options, looked);
  const Coder in_cells(result.whitening, result.atoms, grid_of(side, options, options.cells));
  result.axes = scaled_axes(describe(in_cells, result.embedding, described, looked),
                            options.components, /*length=*/1);
  result.pixel_axes = scaled_axes(shrink(described, side), options.pixels, options.pixel_weight);
  images.expect_whole();
  return result;
}

}  // namespace tsimcne
