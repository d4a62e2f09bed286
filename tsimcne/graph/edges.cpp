#include "tsimcne/graph/edges.hpp"

#include <algorithm>
#include <cmath>

#include "tsimcne/error.hpp"

namespace tsimcne {

Edges::Edges(SparseRows weights) : weights_(std::move(weights)) {
  double end = 0;
  for (int64_t i = 0; i < points(); ++i) {
    for (const float weight : weights_.values_of(i)) {
      if (!(weight >= 0 && std::isfinite(weight))) {
        fail("an edge of point {} has the weight {}; expected a finite number from 0 on", i,
             weight);
      }
      end += weight;
    }
    ends_.push_back(end);
  }
  if (end == 0) fail("a graph of {} points has no edge that could be drawn", points());
}

Edge Edges::at(double share) const {
  const double place = share * ends_.back();
  // Rounding may bring a share just below 1 to the very end; the last row that is not empty has it.
  const auto row = std::min(std::ranges::upper_bound(ends_, place),
                            std::ranges::lower_bound(ends_, ends_.back()));
  const auto from = row - ends_.begin();
  double rest = place - (from == 0 ? 0 : *(row - 1));
  const auto weights = weights_.values_of(from);
  size_t chosen = 0;
  for (size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] == 0) continue;
    chosen = k;
    rest -= double{weights[k]};
    if (rest < 0) break;
  }
  return {from, weights_.columns_of(from)[chosen]};
}

}  // namespace tsimcne
