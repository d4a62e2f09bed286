#include "tsimcne/dictionary/coder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tsimcne {

Coder::Coder(const Whitening& whitening, const Matrix& atoms, PatchGrid grid)
    : whitening_(whitening), atoms_(atoms), grid_(std::move(grid)), rows_{0} {
  constexpr auto at_once = static_cast<int32_t>(patches_at_once);
  for (size_t c = 0; c + 1 < grid_.cells().size(); ++c) {
    const int32_t patches = grid_.cells()[c + 1] - grid_.cells()[c];
    rows_.push_back(rows_.back() + (patches + at_once - 1) / at_once * at_once);
  }
}

std::vector<uint8_t> Coder::read(std::span<const uint8_t> pixels) const {
  Matrix numbers(patches(), grid_.numbers());
  for (int64_t i = 0; i < numbers.rows; ++i) {
    read_patch(pixels, grid_.side(), grid_.places()[static_cast<size_t>(i)], grid_.patch(),
               grid_.grain(), numbers.row(i));
  }
  const Matrix directions = whitening_.directions(numbers);
  const auto width = static_cast<size_t>(atoms_.width());
  std::vector<uint8_t> bytes(static_cast<size_t>(rows_.back()) * width, patch_zero);
  for (size_t c = 0; c + 1 < rows_.size(); ++c) {
    auto row = static_cast<size_t>(rows_[c]);
    for (int32_t i = grid_.cells()[c]; i < grid_.cells()[c + 1]; ++i, ++row) {
      write_patch(directions.row(i), std::span(bytes).subspan(row * width, width));
    }
  }
  return bytes;
}

void Coder::write_shares(std::span<const uint8_t> bytes, std::span<float> shares) const {
  count_active(atoms_, bytes, rows_, shares);
  for (int64_t c = 0; c < cells(); ++c) {
    const int32_t patches =
        grid_.cells()[static_cast<size_t>(c + 1)] - grid_.cells()[static_cast<size_t>(c)];
    const auto first = static_cast<size_t>(c * atoms()), count = static_cast<size_t>(atoms());
    for (float& share : shares.subspan(first, count)) share /= static_cast<float>(patches);
  }
}

std::vector<int32_t> Coder::active(std::span<const uint8_t> bytes, int64_t i) const {
  const auto cell = std::ranges::upper_bound(grid_.cells(), i) - grid_.cells().begin() - 1;
  const int64_t row =
      rows_[static_cast<size_t>(cell)] + i - grid_.cells()[static_cast<size_t>(cell)];
  const auto width = static_cast<size_t>(atoms_.width());
  std::vector<uint8_t> alone(patches_at_once * width, patch_zero);
  std::ranges::copy(bytes.subspan(static_cast<size_t>(row) * width, width), alone.begin());
  std::vector<float> counts(static_cast<size_t>(atoms()));
  count_active(atoms_, alone, std::array<int32_t, 2>{0, patches_at_once}, counts);
  std::vector<int32_t> result;
  for (size_t a = 0; a < counts.size(); ++a) {
    if (counts[a] > 0) result.push_back(static_cast<int32_t>(a));
  }
  return result;
}

}  // namespace tsimcne
