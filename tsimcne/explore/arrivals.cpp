#include "tsimcne/explore/arrivals.hpp"

#include <algorithm>

#include "tsimcne/explore/pixels.hpp"

namespace tsimcne {
namespace {

constexpr int64_t columns = 8, on_sheet = columns * columns;
constexpr size_t most_kept = 36 * on_sheet;  // more than a screen shows
constexpr int largest = 64;                  // pixels a side
constexpr int quality = 75;

}  // namespace

void Arrivals::add(std::span<const uint8_t> pixels, int side) {
  const int shown = std::min(side, largest);
  Pixels thumbnail(shown);
  {
    const std::lock_guard guard(lock_);
    if (side != side_) thumbnails_.clear();
    side_ = side;
    if (thumbnails_.size() >= most_kept) return;
  }
  shrink_into(thumbnail, 0, 0, shown, pixels, side);
  const std::lock_guard guard(lock_);
  thumbnails_.push_back(std::move(thumbnail.values));
}

std::optional<Arrivals::Sheet> Arrivals::sheet(int64_t sheet) const {
  const std::lock_guard guard(lock_);
  const int64_t come = std::ssize(thumbnails_);
  if (sheet < 0 || sheet > come / on_sheet) return std::nullopt;
  const int64_t first = sheet * on_sheet, last = std::min(first + on_sheet, come);
  if (first == last) return std::nullopt;
  const int shown = std::min(side_, largest);
  Pixels pixels(static_cast<int>(columns) * shown);
  for (int64_t i = first; i < last; ++i) {
    const int64_t at = i - first;
    shrink_into(pixels, static_cast<int>(at % columns) * shown,
                static_cast<int>(at / columns) * shown, shown, thumbnails_[static_cast<size_t>(i)],
                shown);
  }
  return Sheet{encode_jpeg(pixels, quality), last - first};
}

}  // namespace tsimcne
