#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "tsimcne/layout/umap_moves.hpp"

namespace tsimcne {

/// What move_points() does, a point and a sample at a time, in double precision.
class PlainMoves {
 public:
  explicit PlainMoves(const UmapEpoch& epoch) : epoch_(epoch) {}

  struct Place {
    double x, y;
  };

  /// Where the point of a row comes to be.
  Place moved(const UmapEdges& edges, int64_t row, int32_t identity, Place at) const {
    uint32_t counter = mixed(static_cast<uint32_t>(identity) ^ epoch_.key);
    for (auto edge = static_cast<size_t>(edges.starts[static_cast<size_t>(row)]);
         edge < static_cast<size_t>(edges.starts[static_cast<size_t>(row) + 1]); ++edge) {
      const double share = edges.shares[edge] / 4294967296.0;
      if (std::floor(epoch_.number * share) == std::floor((epoch_.number - 1) * share)) continue;
      for (int pull = 0; pull < epoch_.pulls; ++pull) {
        const Place force = pull_of(at, place(edges.columns[edge]));
        at = {at.x + rate() * force.x, at.y + rate() * force.y};
      }
      Place sum{0, 0};
      for (int push = 0; push < umap_pushes; ++push) {
        counter += 0x9E3779B9u;
        const auto n = static_cast<uint64_t>(epoch_.map.size() / 2);
        const auto point = static_cast<int32_t>(mixed(counter) * n >> 32);
        if (point == identity) continue;
        const Place force = push_of(at, place(point));
        sum = {sum.x + force.x, sum.y + force.y};
      }
      at = {at.x + rate() * sum.x, at.y + rate() * sum.y};
    }
    return at;
  }

 private:
  double rate() const { return double{epoch_.rate}; }

  Place place(int32_t point) const {
    const auto at = 2 * static_cast<size_t>(point);
    return {double{epoch_.map[at]}, double{epoch_.map[at + 1]}};
  }

  static Place clipped(double factor, Place from, Place to) {
    return {std::clamp(factor * (from.x - to.x), -4.0, 4.0),
            std::clamp(factor * (from.y - to.y), -4.0, 4.0)};
  }

  static double squared(Place from, Place to) {
    return (from.x - to.x) * (from.x - to.x) + (from.y - to.y) * (from.y - to.y);
  }

  Place pull_of(Place at, Place other) const {
    const auto [a, b] = epoch_.curve;
    const double d2 = squared(at, other);
    if (d2 == 0) return {0, 0};
    return clipped(-2 * a * b * std::pow(d2, b - 1) / (1 + a * std::pow(d2, b)), at, other);
  }

  Place push_of(Place at, Place other) const {
    const auto [a, b] = epoch_.curve;
    const double d2 = squared(at, other);
    return clipped(2 * b / ((0.001 + d2) * (1 + a * std::pow(d2, b))), at, other);
  }

  static uint32_t mixed(uint32_t x) {
    x = (x ^ x >> 16) * 0x85EBCA6Bu;
    x = (x ^ x >> 13) * 0xC2B2AE35u;
    return x ^ x >> 16;
  }

  UmapEpoch epoch_;
};

}  // namespace tsimcne
