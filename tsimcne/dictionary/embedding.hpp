#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// The codes of some patches: the atoms that are active in each, ascending.
struct ActiveAtoms {
  std::vector<int32_t> atoms;        // of one patch after another
  std::vector<int64_t> begin = {0};  // of each patch's, and the end

  int64_t patches() const { return std::ssize(begin) - 1; }
  std::span<const int32_t> of_patch(int64_t i) const {
    const auto first = static_cast<size_t>(begin[static_cast<size_t>(i)]);
    return std::span(atoms).subspan(first,
                                    static_cast<size_t>(begin[static_cast<size_t>(i + 1)]) - first);
  }
};

/// A linear map of codes, which brings patches of one image together.
struct CodeEmbedding {
  Matrix matrix;  // [atoms, directions]
  Matrix offset;  // [1, directions], taken from a product with it
};

/// The directions in which the mean codes of images [images, atoms] vary most for what the codes of
/// single patches do: argmax tr P B P' where P A P' = I, with B the covariance of the means and A
/// that of the codes, to whose diagonal 3e-3 of its mean is added (Chen et al. 2023, equation 4,
/// where patches are alike that lie in one image). The first `left_out` of them, which tell little
/// but colour, are left out.
CodeEmbedding learn_embedding(const ActiveAtoms& codes, const Matrix& means, int64_t directions,
                              int64_t left_out);

}  // namespace tsimcne
