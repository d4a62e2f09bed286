#pragma once

#include <cstdint>
#include <vector>

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/graph/sparse_rows.hpp"
#include "tsimcne/layout/umap_moves.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// How UMAP goes down; the defaults are umap-learn's.
struct UmapOptions {
  double min_dist = 0.1;  // up to which points of a map are joined wholly; 0 to 1, the map's spread
  int epochs = 200;       // umap_epochs()
  uint64_t seed = 0;
};

/// 500 for up to 10,000 points, 200 for more.
int umap_epochs(int64_t points);

/// The curve that is nearest, by least squares at 300 distances from 0 to 3, to 1 up to min_dist
/// and exp(min_dist - d) from there.
UmapCurve umap_curve(double min_dist);

/// UMAP (McInnes, Healy and Melville 2018, algorithm 5) in the plane as a value that is advanced:
/// stochastic gradient descent on the cross entropy of a map's joins from those of a fuzzy set,
/// with edges sampled in proportion to their weight and five negative samples to each, at a rate
/// that goes from 1 to 0. An epoch has a few rounds. In each a part of the points move, each by all
/// its own samples one after another, and see the others where they were before the round; so the
/// map is the same with any number of threads.
class Umap {
 public:
  /// joined: [n, n], symmetric, as fuzzy_set() makes it; weights below the largest over the epochs
  /// are left out. start: [n, 2]; each axis is scaled to 0 .. 10, and a little noise is added.
  Umap(const SparseRows& joined, MatrixView start, const UmapOptions& options);

  /// One epoch.
  void advance();
  bool finished() const { return epoch_ == options_.epochs; }
  int epoch() const { return epoch_; }
  int epochs() const { return options_.epochs; }

  /// [n, 2].
  Matrix points() const;

  /// All that changes from epoch to epoch.
  struct State {
    int epoch = 0;
    Matrix points;  // [n, 2]
  };
  State state() const { return {epoch_, points()}; }
  /// Goes on from one of the same fuzzy set. Throws an Error where it is of another number of
  /// points.
  void restore(const State& state);

 private:
  void arrange(const SparseRows& joined);
  void take(MatrixView points);

  UmapOptions options_;
  UmapCurve curve_;
  int epoch_ = 0;
  std::vector<int32_t> order_;   // the points, round by round, of each those first that move most
  std::vector<int64_t> rounds_;  // their starts in it, and n
  UmapEdges edges_;              // of points in that order, and so are
  std::vector<int32_t> identities_;    // 0 .. n - 1
  std::vector<float> places_, moved_;  // [n + umap_spare, 2]
};

/// Places of new points [m, 2] on a finished map [n, 2], whose points stay: at first the mean of
/// their neighbours' places, weighted as weights_of_new() has it, and then advanced for a third of
/// the epochs, at a rate from 1/4 to 0 (umap-learn's transform). near: m new points among the n. A
/// point's place depends on its neighbours alone, not on what else is placed.
Matrix place_by_umap(const Neighbors& near, MatrixView map, const UmapOptions& options);

}  // namespace tsimcne
