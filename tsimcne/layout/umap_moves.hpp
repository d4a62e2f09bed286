#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tsimcne {

/// How near two points of a map are joined: 1 / (1 + a d^2b).
struct UmapCurve {
  double a, b;
};

/// By which points of a map each row's point is drawn, and how often.
struct UmapEdges {
  std::vector<int64_t> starts;   // [rows + 1], of each row among the rest
  std::vector<int32_t> columns;  // points of the map
  std::vector<uint32_t> shares;  // of the epochs in which the edge is sampled, in 2^-32
};

/// What an epoch does to points. Of a point's edges those are sampled whose share, times the number
/// of the epoch, passes a whole number. Each pulls the point `pulls` times; then the point is
/// pushed away from `umap_pushes` random points of the map, all as seen from one place. Each
/// component of a force is 4 at most, as in umap-learn.
struct UmapEpoch {
  UmapCurve curve;             // b is 2 at most
  int number;                  // from 1
  uint32_t key;                // of its random numbers
  float rate;                  // of learning
  int pulls;                   // of each edge
  std::span<const float> map;  // [n, 2], x and y in turn, as the points see it
};

constexpr int umap_pushes = 5;

/// Rows that are read and written beyond the last, since a vector of them moves at once.
constexpr int64_t umap_spare = 64;

/// Moves the points of the rows `first` to `last` from `places` to `moved`, [rows + umap_spare, 2]
/// both. identities: [rows + umap_spare], the point of the map that each is, or is nearest to: it
/// is not pushed away from that, and draws its random numbers. What a row does depends on no other.
void move_points(const UmapEpoch& epoch, const UmapEdges& edges, int64_t first, int64_t last,
                 std::span<const int32_t> identities, std::span<const float> places,
                 std::span<float> moved);

}  // namespace tsimcne
