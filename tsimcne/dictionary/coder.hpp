#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tsimcne/dictionary/codes.hpp"
#include "tsimcne/dictionary/patches.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Makes codes of images. Refers to the whitening.
class Coder {
 public:
  /// atoms: [atoms, numbers of a patch], directions.
  Coder(const Whitening& whitening, const Matrix& atoms, PatchGrid grid);

  int64_t atoms() const { return atoms_.count(); }
  int64_t cells() const { return std::ssize(rows_) - 1; }
  int64_t patches() const { return std::ssize(grid_.places()); }

  /// An image's patches as bytes, cell after cell, as count_active() takes them.
  std::vector<uint8_t> read(std::span<const uint8_t> pixels) const;

  /// Of what read() gave: of each cell and atom, the share of the cell's patches to which the atom
  /// is active: [cells, atoms].
  void write_shares(std::span<const uint8_t> bytes, std::span<float> shares) const;

  /// The atoms that are active for patch i of what read() gave.
  std::vector<int32_t> active(std::span<const uint8_t> bytes, int64_t i) const;

 private:
  const Whitening& whitening_;
  Atoms atoms_;
  PatchGrid grid_;
  std::vector<int32_t> rows_;  // where each cell's begin, and the end
};

}  // namespace tsimcne
