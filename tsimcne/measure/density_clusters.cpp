#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include "tsimcne/error.hpp"
#include "tsimcne/measure/clustering.hpp"
#include "tsimcne/measure/groups.hpp"

namespace tsimcne {

namespace {

constexpr int cells_a_bandwidth = 4;
constexpr int reach = 3 * cells_a_bandwidth;  // of the kernel, in cells
constexpr double left_out = 0.005;            // of the points, on each side of the extent
constexpr double deviations = 4;              // of the estimate, that a peak must stand out

/// An interval that holds all but the outermost values.
struct Extent {
  double low = 0, high = 0;
  double length() const { return high - low; }
};

Extent extent_of(MatrixView points, size_t column) {
  std::vector<float> values;
  for (int64_t i = 0; i < points.rows; ++i) values.push_back(points.row(i)[column]);
  const auto outer = static_cast<int64_t>(left_out * static_cast<double>(points.rows));
  std::ranges::nth_element(values, values.begin() + outer);
  const double low = values[static_cast<size_t>(outer)];
  std::ranges::nth_element(values, values.end() - 1 - outer);
  return {low, *(values.end() - 1 - outer)};
}

/// Square cells, row after row, with room for the kernel around the extent of the points.
struct Grid {
  double left = 0, bottom = 0, cell = 1;
  int columns = 0, rows = 0;
  double bandwidth = 1;

  explicit Grid(MatrixView points);
  size_t size() const { return static_cast<size_t>(columns) * static_cast<size_t>(rows); }
  /// The point's cell; of a point outside the nearest one at the edge.
  size_t cell_of(std::span<const float> point) const;
  std::vector<size_t> around(size_t cell) const;
  /// Of two cells' middles, in cells.
  double squared_distance(size_t a, size_t b) const;
};

Grid::Grid(MatrixView points) {
  const Extent x = extent_of(points, 0), y = extent_of(points, 1);
  const double longer = std::max(x.length(), y.length());
  const double share = 0.02 * std::pow(10000 / static_cast<double>(points.rows), 1.0 / 6);
  bandwidth = std::clamp(share, 0.008, 0.06) * (longer > 0 ? longer : 1);
  cell = bandwidth / cells_a_bandwidth;
  columns = static_cast<int>(x.length() / cell) + 1 + 2 * reach;
  rows = static_cast<int>(y.length() / cell) + 1 + 2 * reach;
  left = x.low - reach * cell;
  bottom = y.low - reach * cell;
}

size_t Grid::cell_of(std::span<const float> point) const {
  const auto index = [this](double distance, int count) {
    return static_cast<size_t>(std::clamp(distance / cell, 0.0, count - 1.0));
  };
  return index(point[1] - bottom, rows) * static_cast<size_t>(columns) +
         index(point[0] - left, columns);
}

std::vector<size_t> Grid::around(size_t cell_index) const {
  const int column = static_cast<int>(cell_index) % columns;
  const int row = static_cast<int>(cell_index) / columns;
  std::vector<size_t> cells;
  for (int r = std::max(0, row - 1); r <= std::min(rows - 1, row + 1); ++r) {
    for (int c = std::max(0, column - 1); c <= std::min(columns - 1, column + 1); ++c) {
      if (r != row || c != column) cells.push_back(static_cast<size_t>(r * columns + c));
    }
  }
  return cells;
}

double Grid::squared_distance(size_t a, size_t b) const {
  const auto across = static_cast<size_t>(columns);
  const double x = static_cast<double>(a % across) - static_cast<double>(b % across);
  const double y = static_cast<double>(a / across) - static_cast<double>(b / across);
  return x * x + y * y;
}

/// Spreads values by the kernel along lines of `length` cells that are `step` apart and begin at
/// the first cells, `between` apart.
std::vector<double> spread(const std::vector<double>& values, int length, size_t step,
                           size_t between) {
  std::array<double, 2 * reach + 1> weights{};  // at -reach .. reach cells
  for (size_t i = 0; i < weights.size(); ++i) {
    const double away = static_cast<double>(i) - reach;
    weights[i] = std::exp(-0.5 * away * away / (cells_a_bandwidth * cells_a_bandwidth));
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> result(values.size());
  for (size_t line = 0; line < values.size() / static_cast<size_t>(length); ++line) {
    const auto cell = [&](int i) { return line * between + static_cast<size_t>(i) * step; };
    for (int from = 0; from < length; ++from) {
      const double value = values[cell(from)] / sum;
      if (value == 0) continue;
      for (int to = std::max(0, from - reach); to <= std::min(length - 1, from + reach); ++to) {
        result[cell(to)] += value * weights[static_cast<size_t>(reach + to - from)];
      }
    }
  }
  return result;
}

/// In points a square unit.
std::vector<double> density_on(const Grid& grid, const std::vector<size_t>& cells) {
  std::vector<double> density(grid.size());
  for (const size_t cell : cells) ++density[cell];
  const auto across = static_cast<size_t>(grid.columns);
  density = spread(density, grid.columns, 1, across);
  density = spread(density, grid.rows, across, 1);
  for (double& value : density) value /= grid.cell * grid.cell;
  return density;
}

/// Hills of a density. Each cell points to one of its own hill, at last to the hill's peak.
class Hills {
 public:
  Hills(const Grid& grid, const std::vector<double>& density)
      : grid_(grid), density_(density), upward_(density.size(), nowhere) {
    std::vector<size_t> order;
    for (size_t cell = 0; cell < density.size(); ++cell) {
      if (density[cell] > 0) order.push_back(cell);
    }
    std::ranges::stable_sort(order, std::greater(), [&](size_t cell) { return density[cell]; });
    for (const size_t cell : order) climb(cell);
    join_lone_peaks(order);
  }

  size_t peak_of(size_t cell) {
    while (upward_[cell] != cell) {
      upward_[cell] = upward_[upward_[cell]];  // the way is shorter the next time
      cell = upward_[cell];
    }
    return cell;
  }

 private:
  static constexpr size_t nowhere = std::numeric_limits<size_t>::max();

  /// Whether the peak is high enough above this density. The estimate's standard deviation is
  /// sqrt(density * integral of the squared kernel), and that integral is 1 / (4 pi bandwidth^2).
  bool stands_out(size_t peak, double above) const {
    const double height = density_[peak];
    const double deviation = std::sqrt(height / (4 * std::numbers::pi)) / grid_.bandwidth;
    return height - above >= deviations * deviation;
  }

  /// Puts a cell on the hill of the densest cell beside it, all denser cells being on theirs, and
  /// joins the hills that meet there where the lower one does not stand out.
  void climb(size_t cell) {
    std::vector<size_t> beside = grid_.around(cell);
    std::erase_if(beside, [this](size_t other) { return upward_[other] == nowhere; });
    upward_[cell] = cell;
    if (beside.empty()) return;
    upward_[cell] = peak_of(
        *std::ranges::max_element(beside, {}, [this](size_t other) { return density_[other]; }));
    for (const size_t other : beside) {
      size_t higher = peak_of(cell), lower = peak_of(other);
      if (density_[lower] > density_[higher]) std::swap(higher, lower);
      if (!stands_out(lower, density_[cell])) upward_[lower] = higher;
    }
  }

  void join_lone_peaks(const std::vector<size_t>& order) {
    std::vector<size_t> high, low;
    for (const size_t cell : order) {
      if (upward_[cell] == cell) (high.empty() || stands_out(cell, 0) ? high : low).push_back(cell);
    }
    for (const size_t peak : low) {
      upward_[peak] = *std::ranges::min_element(
          high, {}, [&](size_t other) { return grid_.squared_distance(peak, other); });
    }
  }

  const Grid& grid_;
  const std::vector<double>& density_;
  std::vector<size_t> upward_;
};

}  // namespace

std::vector<int32_t> density_clusters(MatrixView points) {
  if (points.rows < 1 || points.cols != 2) {
    fail(
        "density clusters of {} points of {} dimensions were asked for; expected points of a plane",
        points.rows, points.cols);
  }
  const Grid grid(points);
  std::vector<size_t> cells;
  for (int64_t i = 0; i < points.rows; ++i) cells.push_back(grid.cell_of(points.row(i)));
  const std::vector<double> density = density_on(grid, cells);
  Hills hills(grid, density);
  std::vector<int32_t> peaks;
  for (const size_t cell : cells) peaks.push_back(static_cast<int32_t>(hills.peak_of(cell)));
  return Groups(peaks).of_row;
}

}  // namespace tsimcne
