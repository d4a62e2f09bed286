#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "tsimcne/matrix.hpp"
#include "tsimcne/random.hpp"

/// What codes are, in the shortest way to say it.
namespace tsimcne::plain {

inline int whole(float x, float scale, int most) {
  return std::clamp(static_cast<int>(std::lround(x * scale)), -most, most);
}

/// Whether an atom is active, by the definition.
inline bool is_active(std::span<const float> patch, std::span<const float> atom) {
  int sum = 0;
  for (size_t k = 0; k < patch.size(); ++k) {
    sum += whole(patch[k], 200, 127) * whole(atom[k], 128, 64);
  }
  return sum > static_cast<int>(0.3 * 200 * 128);
}

inline std::vector<float> count_active(const Matrix& atoms, const Matrix& patches,
                                       std::span<const int32_t> cells) {
  std::vector<float> counts;
  for (size_t c = 0; c + 1 < cells.size(); ++c) {
    for (int64_t a = 0; a < atoms.rows; ++a) {
      float count = 0;
      for (int32_t p = cells[c]; p < cells[c + 1]; ++p) {
        if (is_active(patches.row(p), atoms.row(a))) count += 1;
      }
      counts.push_back(count);
    }
  }
  return counts;
}

inline void make_unit(std::span<float> row) {
  const float length = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0F));
  for (float& x : row) x /= length;
}

/// Directions that are not evenly spread, as those of patches: about a hundred kinds of them.
inline Matrix random_directions(int64_t n, int64_t d, uint64_t seed) {
  Matrix rows(n, d);
  for (int64_t i = 0; i < n; ++i) {
    Random own(seed, Stream::dictionary, static_cast<uint32_t>(i));
    Random kind(7, Stream::dictionary, own.below(100));
    for (float& x : rows.row(i)) {
      x = static_cast<float>(kind.uniform(-1, 1) + own.uniform(-1, 1));
    }
    make_unit(rows.row(i));
  }
  return rows;
}

}  // namespace tsimcne::plain
