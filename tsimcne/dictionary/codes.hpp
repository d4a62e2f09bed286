#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Unit vectors [n, d] as bytes, rows of code_width(d) bytes: 128 + round(200 x), within 0 .. 255.
/// 128s stand for a row of zeros, which is close to nothing.
constexpr float patch_scale = 200;
constexpr uint8_t patch_zero = 128;

/// The bytes of a row of d numbers: d up to the next multiple of 4.
constexpr int64_t code_width(int64_t d) {
  return (d + 3) / 4 * 4;
}

/// Writes a unit vector as such a row.
void write_patch(std::span<const float> direction, std::span<uint8_t> row);

/// Patches are counted in fours, so a cell's rows are as many, filled up with rows of 128s.
constexpr int64_t patches_at_once = 4;

/// The atoms of a dictionary as the counting wants them. Both sides are whole numbers, so that
/// which atoms are active does not depend on the order of sums, nor on the machine.
class Atoms {
 public:
  /// directions: [atoms, d], unit vectors. An atom's numbers are round(128 x), within -64 .. 64.
  explicit Atoms(const Matrix& directions);

  int64_t count() const { return count_; }
  int64_t width() const { return width_; }

  /// The numbers in the order of the counting, words of four bytes: [blocks, width / 4, block].
  std::span<const int32_t> words() const { return words_; }
  /// What an atom's sums start with, since patches are stored as 128 more, in 16 bits: [blocks,
  /// block].
  std::span<const int32_t> starts() const { return starts_; }

  static constexpr int64_t block = 32;  // atoms whose words lie together
  static constexpr double active = 0.3;

 private:
  /// Where the numbers k .. k + 3 of an atom are.
  int32_t* word(int64_t atom, int64_t k);

  int64_t count_, width_;
  std::vector<int32_t> words_;
  std::vector<int32_t> starts_;
};

/// counts: [cells, atoms], of each cell's patches those to which the atom is active. patches: rows
/// of atoms.width() bytes; cell c has the rows cells[c] .. cells[c + 1], multiples of
/// patches_at_once. 2 rows x atoms x width operations.
void count_active(const Atoms& atoms, std::span<const uint8_t> patches,
                  std::span<const int32_t> cells, std::span<float> counts);

}  // namespace tsimcne
