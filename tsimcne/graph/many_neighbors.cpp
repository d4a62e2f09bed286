#include "tsimcne/graph/many_neighbors.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

constexpr double wanted_recall = 0.975;  // of the sample; a little is left for chance
constexpr int64_t sampled_queries = 1000;
constexpr int64_t points_a_centre = 50;  // of those that k-means looks at
constexpr int rounds = 5;                // of k-means

Matrix rows_at(MatrixView points, std::span<const int64_t> rows) {
  Matrix chosen(std::ssize(rows), points.cols);
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < chosen.rows; ++i) {
    std::ranges::copy(points.row(rows[static_cast<size_t>(i)]), chosen.row(i).begin());
  }
  return chosen;
}

/// Moves each centre to the mean of the points that are nearest to it.
void move_to_means(MatrixView points, Matrix& centres) {
  const Neighbors nearest = find_neighbors(points, centres, 1);
  std::vector<double> sums(centres.values.size());
  std::vector<int64_t> counts(static_cast<size_t>(centres.rows));
  for (int64_t i = 0; i < points.rows; ++i) {
    const int64_t of = nearest.row(i)[0];
    ++counts[static_cast<size_t>(of)];
    const auto row = points.row(i);
    for (size_t c = 0; c < row.size(); ++c)
      sums[static_cast<size_t>(of) * row.size() + c] += row[c];
  }
  for (int64_t of = 0; of < centres.rows; ++of) {
    const int64_t count = counts[static_cast<size_t>(of)];
    if (count == 0) continue;  // it stays
    auto row = centres.row(of);
    for (size_t c = 0; c < row.size(); ++c) {
      row[c] = static_cast<float>(sums[static_cast<size_t>(of) * row.size() + c] /
                                  static_cast<double>(count));
    }
  }
}

/// Points parted by the centre that is nearest to them.
struct Cells {
  std::vector<int64_t> of;                    // [n], each point's
  std::vector<std::vector<int64_t>> members;  // of each
  Neighbors order;                            // of all cells, as seen from each: nearest first
};

Cells part(MatrixView points, uint64_t seed) {
  const auto count = static_cast<int64_t>(std::sqrt(static_cast<double>(points.rows)));
  Random random(seed, Stream::neighbors);
  const std::vector<int64_t> shuffled = random_order(points.rows, random);
  const std::span<const int64_t> all(shuffled);
  Matrix centres = rows_at(points, all.first(static_cast<size_t>(count)));
  const int64_t sample = std::min(points.rows, count * points_a_centre);
  const Matrix some = rows_at(points, all.first(static_cast<size_t>(sample)));
  for (int round = 0; round < rounds; ++round) move_to_means(some, centres);

  Cells cells;
  cells.of = find_neighbors(points, centres, 1).indices;
  cells.members.resize(static_cast<size_t>(count));
  for (int64_t i = 0; i < points.rows; ++i) {
    cells.members[static_cast<size_t>(cells.of[static_cast<size_t>(i)])].push_back(i);
  }
  cells.order = find_neighbors(centres, centres, count);
  return cells;
}

/// In how many of the nearest cells the wanted share of a sample's neighbors is.
int64_t cells_to_look_in(MatrixView points, int64_t k, const Cells& cells, uint64_t seed) {
  Random random(seed, Stream::neighbors, 1);
  std::vector<int64_t> sample = random_order(points.rows, random);
  sample.resize(static_cast<size_t>(std::min(points.rows, sampled_queries)));
  const Neighbors near = find_neighbors(rows_at(points, sample), points, k, sample);
  const auto count = static_cast<int64_t>(cells.members.size());
  std::vector<int64_t> found(static_cast<size_t>(count)), ranks(found.size());
  for (int64_t query = 0; query < near.queries; ++query) {
    const auto order =
        cells.order.row(cells.of[static_cast<size_t>(sample[static_cast<size_t>(query)])]);
    for (size_t rank = 0; rank < order.size(); ++rank) {
      ranks[static_cast<size_t>(order[rank])] = static_cast<int64_t>(rank);
    }
    for (const int64_t neighbor : near.row(query)) {
      const auto cell = static_cast<size_t>(cells.of[static_cast<size_t>(neighbor)]);
      ++found[static_cast<size_t>(ranks[cell])];
    }
  }
  const double wanted = wanted_recall * static_cast<double>(near.indices.size());
  int64_t sum = 0, looked_in = 0;
  while (static_cast<double>(sum) < wanted) sum += found[static_cast<size_t>(looked_in++)];
  return looked_in;
}

/// The points of the nearest cells, at least as many as are given.
std::vector<int64_t> points_near(const Cells& cells, int64_t cell, int64_t looked_in,
                                 int64_t least) {
  std::vector<int64_t> near;
  int64_t seen = 0;
  for (const int64_t other : cells.order.row(cell)) {
    if (seen++ >= looked_in && std::ssize(near) >= least) break;
    const std::vector<int64_t>& members = cells.members[static_cast<size_t>(other)];
    near.insert(near.end(), members.begin(), members.end());
  }
  return near;
}

}  // namespace

Neighbors neighbors_by_cells(MatrixView points, int64_t k, uint64_t seed) {
  const Cells cells = part(points, seed);
  const int64_t looked_in = cells_to_look_in(points, k, cells, seed);
  const auto size = static_cast<size_t>(points.rows * k);
  Neighbors all{points.rows, k, std::vector<int64_t>(size), std::vector<float>(size)};
  for (int64_t cell = 0; cell < std::ssize(cells.members); ++cell) {
    const std::vector<int64_t>& members = cells.members[static_cast<size_t>(cell)];
    if (members.empty()) continue;
    const std::vector<int64_t> near = points_near(cells, cell, looked_in, k + 1);
    // A cell is the nearest to itself, or another whose centre is the same.
    std::vector<int64_t> themselves;
    for (const int64_t member : members) {
      themselves.push_back(std::ranges::find(near, member) - near.begin());
    }
    const Neighbors found =
        find_neighbors(rows_at(points, members), rows_at(points, near), k, themselves);
    for (int64_t i = 0; i < found.queries; ++i) {
      const int64_t at = members[static_cast<size_t>(i)] * k;
      std::ranges::transform(found.row(i), all.indices.begin() + at,
                             [&](int64_t j) { return near[static_cast<size_t>(j)]; });
      std::ranges::copy(found.distances_of(i), all.distances.begin() + at);
    }
  }
  return all;
}

Neighbors neighbors_of(MatrixView points, int64_t k, uint64_t seed) {
  return points.rows <= most_points_of_all_pairs ? find_neighbors(points, k)
                                                 : neighbors_by_cells(points, k, seed);
}

}  // namespace tsimcne
