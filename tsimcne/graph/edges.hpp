#pragma once

#include <vector>

#include "tsimcne/graph/sparse_rows.hpp"

namespace tsimcne {

/// Two points that should be near each other.
struct Edge {
  int64_t from = 0, to = 0;
};

/// The edges of a graph, to be drawn in proportion to their weights.
class Edges {
 public:
  /// weights: [n, n], whose columns are points. Throws an Error where one is negative or not
  /// finite, or none is above 0.
  explicit Edges(SparseRows weights);

  int64_t points() const { return weights_.rows(); }

  /// The edge at a share, 0 .. 1, of all weights laid end to end, row after row.
  Edge at(double share) const;

 private:
  SparseRows weights_;
  std::vector<double> ends_;  // [n], of each row among all weights
};

}  // namespace tsimcne
