#include "tsimcne/explore/atlas.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "tsimcne/explore/pixels.hpp"

namespace tsimcne {
namespace {

constexpr int page_side = 1024;  // pixels, at most
constexpr int largest_thumbnail = 128;
constexpr int smallest_thumbnail = 12;
constexpr int page_quality = 75;
constexpr uint32_t curve_cells = 1u << 16;  // along each axis of the map

/// How far along a Hilbert curve a cell of the square of curve_cells lies (Hilbert, "Über die
/// stetige Abbildung einer Linie auf ein Flächenstück", 1891): each quarter holds the curve again,
/// mirrored or turned.
uint64_t along_curve(uint32_t x, uint32_t y) {
  uint64_t distance = 0;
  for (uint32_t half = curve_cells / 2; half > 0; half /= 2) {
    const bool right = (x & half) != 0, upper = (y & half) != 0;
    distance += uint64_t{half} * half * (right ? (upper ? 2 : 3) : (upper ? 1 : 0));
    if (upper) continue;
    if (right) {
      x = curve_cells - 1 - x;
      y = curve_cells - 1 - y;
    }
    std::swap(x, y);
  }
  return distance;
}

/// The images in the order in which the curve meets their points' first two coordinates.
std::vector<uint32_t> order_along_curve(const Matrix& points) {
  const auto n = static_cast<size_t>(points.rows);
  std::array<float, 2> low{}, step{};
  for (size_t axis = 0; axis < 2; ++axis) {
    float least = points.row(0)[axis], most = least;
    for (int64_t i = 0; i < points.rows; ++i) {
      least = std::min(least, points.row(i)[axis]);
      most = std::max(most, points.row(i)[axis]);
    }
    low[axis] = least;
    step[axis] = most > least ? static_cast<float>(curve_cells - 1) / (most - least) : 0;
  }
  std::vector<uint64_t> distance(n);
  for (size_t i = 0; i < n; ++i) {
    const auto point = points.row(static_cast<int64_t>(i));
    const auto cell = [&](size_t axis) {
      return std::min(curve_cells - 1,
                      static_cast<uint32_t>((point[axis] - low[axis]) * step[axis]));
    };
    distance[i] = along_curve(cell(0), cell(1));
  }
  std::vector<uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, {}, [&](uint32_t i) { return distance[i]; });
  return order;
}

}  // namespace

Atlas::Atlas(ImageSet images, const Matrix& points, const std::vector<int>& sides)
    : images_(std::move(images)), images_by_slot_(order_along_curve(points)) {
  slots_.resize(images_by_slot_.size());
  for (size_t slot = 0; slot < images_by_slot_.size(); ++slot) {
    slots_[images_by_slot_[slot]] = static_cast<uint32_t>(slot);
  }
  for (const int side : sides) {
    const int columns = std::max(1, page_side / side);
    const int64_t on_page = int64_t{columns} * columns;
    levels_.push_back({side, columns, (images_.size() + on_page - 1) / on_page});
  }
}

std::string Atlas::page(size_t level, int64_t page) const {
  const auto [side, columns, pages] = levels_.at(level);
  const int64_t on_page = int64_t{columns} * columns;
  const int64_t first = page * on_page, last = std::min(first + on_page, images_.size());
  Pixels pixels(columns * side);
  for (int64_t slot = first; slot < last; ++slot) {
    const int64_t at = slot - first;
    const int64_t image = images_by_slot_[static_cast<size_t>(slot)];
    shrink_into(pixels, static_cast<int>(at % columns) * side,
                static_cast<int>(at / columns) * side, side, images_.pixels(image), images_.side());
  }
  images_.expect_whole();
  return encode_jpeg(pixels, page_quality);
}

std::vector<int> sides_of_thumbnails(int side) {
  std::vector<int> sides{std::min(side, largest_thumbnail)};
  while (sides.front() / 2 >= smallest_thumbnail) sides.insert(sides.begin(), sides.front() / 2);
  return sides;
}

}  // namespace tsimcne
