#include "tsimcne/picture/contours.hpp"

#include <array>
#include <map>
#include <utility>

namespace tsimcne {

namespace {

/// Marching squares: the corners of a square are the middles of four cells, and where two
/// neighbouring corners are on either side of the level the contour crosses the edge between them.
class Squares {
 public:
  Squares(const Grid& grid, std::span<const double> values, double level)
      : grid_(grid), values_(values), level_(level) {
    for (int row = 0; row + 1 < grid.rows; ++row) {
      for (int column = 0; column + 1 < grid.columns; ++column) add(column, row);
    }
  }

  std::vector<std::vector<Place>> loops() {
    std::vector<std::vector<Place>> loops;
    while (!next_.empty()) {
      loops.emplace_back();
      for (auto at = next_.begin(); at != next_.end(); at = next_.find(at->second)) {
        loops.back().push_back(crossing(at->first));
        passed_.push_back(at->first);
        if (at->second == passed_.front()) break;
      }
      for (const size_t edge : passed_) next_.erase(edge);
      passed_.clear();
    }
    return loops;
  }

 private:
  enum Side : int8_t { below, right, above, left };
  using Step = std::pair<Side, Side>;

  /// The steps through a square, higher values on their left, by which of the corners are at the
  /// level or above: a bit each, from the lower left one counterclockwise.
  static const std::vector<Step>& steps(unsigned corners) {
    static const std::array<std::vector<Step>, 16> table{{{},
                                                          {{below, left}},
                                                          {{right, below}},
                                                          {{right, left}},
                                                          {{above, right}},
                                                          {{below, left}, {above, right}},
                                                          {{above, below}},
                                                          {{above, left}},
                                                          {{left, above}},
                                                          {{below, above}},
                                                          {{right, below}, {left, above}},
                                                          {{right, above}},
                                                          {{left, right}},
                                                          {{below, right}},
                                                          {{left, below}},
                                                          {}}};
    return table[corners];
  }

  /// Twice the cell at an edge's lower or left end, and one more for upright edges.
  size_t edge(int column, int row, Side side) const {
    switch (side) {
      case below:
        return 2 * grid_.cell_at(column, row);
      case above:
        return 2 * grid_.cell_at(column, row + 1);
      case left:
        return 2 * grid_.cell_at(column, row) + 1;
      default:
        return 2 * grid_.cell_at(column + 1, row) + 1;
    }
  }

  void add(int column, int row) {
    const std::array corners{
        values_[grid_.cell_at(column, row)], values_[grid_.cell_at(column + 1, row)],
        values_[grid_.cell_at(column + 1, row + 1)], values_[grid_.cell_at(column, row + 1)]};
    unsigned high = 0;
    for (size_t i = 0; i < 4; ++i) high |= static_cast<unsigned>(corners[i] >= level_) << i;
    for (const auto& [from, to] : steps(high)) {
      next_[edge(column, row, from)] = edge(column, row, to);
    }
  }

  /// Where the level lies between the two ends of an edge.
  Place crossing(size_t edge) const {
    const size_t from = edge / 2;
    const size_t to = edge % 2 == 1 ? from + static_cast<size_t>(grid_.columns) : from + 1;
    const double share = (level_ - values_[from]) / (values_[to] - values_[from]);
    const Place a = grid_.middle_of(from), b = grid_.middle_of(to);
    return {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y), 0};
  }

  const Grid& grid_;
  std::span<const double> values_;
  double level_;
  std::map<size_t, size_t> next_;  // from the edge where a contour enters a square to the other
  std::vector<size_t> passed_;
};

}  // namespace

std::vector<std::vector<Place>> contours(const Grid& grid, std::span<const double> values,
                                         double level) {
  return Squares(grid, values, level).loops();
}

}  // namespace tsimcne
