#include "tsimcne/picture/density.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <utility>

#include "tsimcne/picture/contours.hpp"
#include "tsimcne/picture/names.hpp"

namespace tsimcne {

namespace {

constexpr int cells_a_bandwidth = 4;
constexpr int reach = 3 * cells_a_bandwidth;  // of the kernel, in cells

/// The kernel's weights at -reach .. reach cells, which sum to one.
std::vector<double> kernel_weights() {
  std::vector<double> weights;
  for (int i = -reach; i <= reach; ++i) {
    weights.push_back(std::exp(-0.5 * i * i / (cells_a_bandwidth * cells_a_bandwidth)));
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

/// Spreads the values by the kernel along lines of `length` cells that are `step` apart and begin
/// at the first cells, `between` apart.
std::vector<double> spread(const std::vector<double>& values, int length, size_t step,
                           size_t between) {
  static const std::vector<double> weights = kernel_weights();
  const auto middle = weights.begin() + reach;
  std::vector<double> result(values.size());
  const size_t lines = values.size() / static_cast<size_t>(length);
  for (size_t line = 0; line < lines; ++line) {
    const auto cell = [&](int i) { return line * between + static_cast<size_t>(i) * step; };
    for (int from = 0; from < length; ++from) {
      const double value = values[cell(from)];
      if (value == 0) continue;
      for (int to = std::max(0, from - reach); to <= std::min(length - 1, from + reach); ++to) {
        result[cell(to)] += value * middle[to - from];
      }
    }
  }
  return result;
}

/// Hills of a density that grow together as one goes down: each cell points to one of its own hill,
/// at last to the hill's peak.
class Hills {
 public:
  explicit Hills(size_t cells) : upward_(cells, -1) {}

  bool has(size_t cell) const { return upward_[cell] >= 0; }
  void join(size_t cell, size_t to) { upward_[cell] = static_cast<int64_t>(to); }
  size_t peak_of(size_t cell) {
    while (upward_[cell] != static_cast<int64_t>(cell)) {
      const auto next = static_cast<size_t>(upward_[cell]);
      upward_[cell] = upward_[next];  // the way is shorter the next time
      cell = next;
    }
    return cell;
  }

 private:
  std::vector<int64_t> upward_;
};

/// The cells around one that are on the grid.
std::vector<size_t> around(const Grid& grid, size_t cell) {
  const int column = static_cast<int>(cell) % grid.columns;
  const int row = static_cast<int>(cell) / grid.columns;
  std::vector<size_t> cells;
  for (int r = std::max(0, row - 1); r <= std::min(grid.rows - 1, row + 1); ++r) {
    for (int c = std::max(0, column - 1); c <= std::min(grid.columns - 1, column + 1); ++c) {
      if (r != row || c != column) cells.push_back(grid.cell_at(c, r));
    }
  }
  return cells;
}

/// All peaks: cells are taken from the densest down; where two hills meet, the lower one's
/// prominence is known.
std::vector<Peak> all_peaks(const Grid& grid, std::span<const double> density) {
  std::vector<size_t> order;
  for (size_t cell = 0; cell < density.size(); ++cell) {
    if (density[cell] > 0) order.push_back(cell);
  }
  std::ranges::stable_sort(order, std::greater(), [&](size_t cell) { return density[cell]; });
  Hills hills(density.size());
  std::vector<Peak> peaks;
  for (const size_t cell : order) {
    for (const size_t other : around(grid, cell)) {
      if (!hills.has(other)) continue;
      const size_t peak = hills.peak_of(other);
      if (!hills.has(cell)) {
        hills.join(cell, peak);
        continue;
      }
      size_t higher = hills.peak_of(cell), lower = peak;
      if (higher == lower) continue;
      if (density[lower] > density[higher]) std::swap(higher, lower);
      peaks.push_back({lower, density[lower], density[lower] - density[cell]});
      hills.join(lower, higher);
    }
    if (!hills.has(cell)) hills.join(cell, cell);
  }
  for (const size_t cell : order) {
    if (hills.peak_of(cell) == cell) peaks.push_back({cell, density[cell], density[cell]});
  }
  return peaks;
}

/// The density at which half of a class's places are denser.
double level_of_half(const Grid& grid, std::span<const double> density,
                     std::span<const Place> places) {
  std::vector<double> densities;
  for (const Place& place : places) densities.push_back(density[grid.cell_of(place)]);
  const auto middle = densities.begin() + std::ssize(densities) / 2;
  std::ranges::nth_element(densities, middle);
  return *middle;
}

/// The bytes of `count` shades from white to the darkest.
std::vector<std::array<uint8_t, 3>> shades(int count) {
  std::vector<std::array<uint8_t, 3>> bytes;
  for (int i = 0; i < count; ++i) {
    bytes.push_back(bytes_of(density_colour(static_cast<double>(i) / (count - 1))));
  }
  return bytes;
}

/// The shades, so that the density grows with the square of the way along them: the eye sees the
/// thin regions too.
void draw_shades(Page& page, const Scene& scene, const Grid& grid,
                 std::span<const double> density) {
  constexpr int count = 256;
  const auto shade = shades(count);
  const double most = std::ranges::max(density);
  std::vector<uint8_t> rgb;
  for (int row = grid.rows - 1; row >= 0; --row) {
    const auto values = density.subspan(grid.cell_at(0, row), static_cast<size_t>(grid.columns));
    for (const double value : values) {
      const auto& bytes = shade[static_cast<size_t>(std::sqrt(value / most) * (count - 1) + 0.5)];
      rgb.insert(rgb.end(), bytes.begin(), bytes.end());
    }
  }
  const Spot corner = scene.transform({grid.left, grid.bottom + grid.cell * grid.rows});
  const double cell = grid.cell * scene.transform.scale;
  page.draw_image(rgb, grid.columns, grid.rows,
                  {corner.x, corner.y, cell * grid.columns, cell * grid.rows});
}

/// The outlines of all classes, above their white rims, and the spots of their names.
std::vector<Spot> draw_outlines(Page& page, const Scene& scene, const Grid& grid) {
  std::vector<Spot> peaks;
  std::vector<std::pair<Colour, std::vector<Spot>>> outlines;
  const auto classes = places_by_class(scene);
  for (size_t i = 0; i < classes.size(); ++i) {
    const std::vector<double> density = density_of(grid, classes[i]);
    const auto peak = static_cast<size_t>(std::ranges::max_element(density) - density.begin());
    peaks.push_back(scene.transform(grid.middle_of(peak)));
    const Colour colour = scene.classes.colours[static_cast<size_t>(scene.classes.labels[i])];
    for (const auto& loop : contours(grid, density, level_of_half(grid, density, classes[i]))) {
      std::vector<Spot> spots;
      for (const Place& place : loop) spots.push_back(scene.transform(place));
      outlines.emplace_back(colour, std::move(spots));
    }
  }
  for (const auto& [colour, spots] : outlines) page.draw_curve(spots, true, 2.2, {1, 1, 1});
  for (const auto& [colour, spots] : outlines) page.draw_curve(spots, true, 1.1, colour);
  return peaks;
}

/// The number with two digits that count.
double two_digits(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::round(value / power) * power;
}

void draw_shade_scale(Page& page, double most, const Box& foot) {
  constexpr double length = 40, thickness = 5;
  constexpr int steps = 64;
  std::vector<uint8_t> rgb;
  for (const auto& bytes : shades(steps)) rgb.insert(rgb.end(), bytes.begin(), bytes.end());
  const Text text =
      page.set_text(fmt::format("{:g} images per unit²", two_digits(most)), small_text);
  const Text zero = page.set_text("0", small_text);
  const double middle = foot.bottom() - 6;
  const Box bar{foot.right() - text.width - 5 - length, middle - thickness / 2, length, thickness};
  page.draw_image(rgb, steps, 1, bar);
  page.draw_frame(bar, 0.4, ink);
  page.draw_text(text, bar.right() + 5, middle - text.height / 2, ink);
  page.draw_text(zero, bar.left - 5 - zero.width, middle - zero.height / 2, ink);
}

}  // namespace

size_t Grid::cell_of(const Place& place) const {
  const auto index = [this](double distance, int count) {
    return static_cast<int>(std::clamp(distance / cell, 0.0, count - 1.0));
  };
  return cell_at(index(place.x - left, columns), index(place.y - bottom, rows));
}

Place Grid::middle_of(size_t index) const {
  const int column = static_cast<int>(index) % columns, row = static_cast<int>(index) / columns;
  return {left + (column + 0.5) * cell, bottom + (row + 0.5) * cell, 0};
}

Grid grid_over(std::span<const Place> places) {
  const auto [west, east] = std::ranges::minmax(places, {}, &Place::x);
  const auto [south, north] = std::ranges::minmax(places, {}, &Place::y);
  const double width = east.x - west.x, height = north.y - south.y;
  const double extent = std::max(width, height) > 0 ? std::max(width, height) : 1;
  // By Scott's rule widths fall with the sixth root of the number of points in a plane.
  const double share = 0.02 * std::pow(10000 / static_cast<double>(places.size()), 1.0 / 6);
  Grid grid;
  grid.bandwidth = std::clamp(share, 0.008, 0.06) * extent;
  grid.cell = grid.bandwidth / cells_a_bandwidth;
  constexpr int edge = reach + 1;  // so that the density is zero at the grid's edges
  grid.columns = static_cast<int>(width / grid.cell) + 1 + 2 * edge;
  grid.rows = static_cast<int>(height / grid.cell) + 1 + 2 * edge;
  grid.left = west.x + width / 2 - grid.cell * grid.columns / 2;
  grid.bottom = south.y + height / 2 - grid.cell * grid.rows / 2;
  return grid;
}

std::vector<double> density_of(const Grid& grid, std::span<const Place> places) {
  std::vector<double> counts(grid.size());
  for (const Place& place : places) ++counts[grid.cell_of(place)];
  const auto across = static_cast<size_t>(grid.columns);
  counts = spread(counts, grid.columns, 1, across);
  counts = spread(counts, grid.rows, across, 1);
  for (double& value : counts) value /= grid.cell * grid.cell;
  return counts;
}

std::vector<Peak> find_peaks(const Grid& grid, std::span<const double> density) {
  std::vector<Peak> peaks = all_peaks(grid, density);
  std::ranges::stable_sort(peaks, std::greater(), &Peak::prominence);
  // The estimate's standard deviation is sqrt(density * integral of the squared kernel), and that
  // integral is 1 / (4 pi bandwidth^2).
  const auto is_noise = [&](const Peak& peak) {
    const double deviation = std::sqrt(peak.height / (4 * std::numbers::pi)) / grid.bandwidth;
    return peak.prominence < 4 * deviation;
  };
  if (!peaks.empty()) {
    const auto [first, last] = std::ranges::remove_if(peaks.begin() + 1, peaks.end(), is_noise);
    peaks.erase(first, last);
  }
  return peaks;
}

std::vector<std::vector<Place>> places_by_class(const Scene& scene) {
  std::vector<std::vector<Place>> of_label(scene.classes.counts.size());
  for (size_t i = 0; i < scene.places.size(); ++i) {
    const int32_t label = scene.map.catalog.labels[i];
    if (scene.classes.shows(label)) of_label[static_cast<size_t>(label)].push_back(scene.places[i]);
  }
  std::vector<std::vector<Place>> places;
  for (const int64_t label : scene.classes.labels) {
    places.push_back(std::move(of_label[static_cast<size_t>(label)]));
  }
  return places;
}

double density_inset(const Grid& grid, const Box& room) {
  const double wide = grid.cell * (grid.columns - 2 * reach);
  const double high = grid.cell * (grid.rows - 2 * reach);
  const double scale = std::min(room.width / wide, room.height / high);
  return std::min(2.5 * grid.bandwidth * scale, 0.3 * std::min(room.width, room.height));
}

void draw_density(Page& page, const Scene& scene, const Grid& grid, const Box& foot) {
  const std::vector<double> density = density_of(grid, scene.places);
  draw_shades(page, scene, grid, density);
  if (scene.classes.any()) draw_names(page, scene, draw_outlines(page, scene, grid));
  draw_shade_scale(page, std::ranges::max(density), foot);
}

}  // namespace tsimcne
