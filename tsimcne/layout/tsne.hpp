#pragma once

#include <cstdint>
#include <vector>

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/graph/sparse_rows.hpp"
#include "tsimcne/layout/cauchy_field.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// How t-SNE goes down; the defaults are openTSNE's and so those of most of today's figures.
struct TsneOptions {
  int early_steps = 250;           // with early exaggeration, momentum 0.5
  int steps = 750;                 // in all, the rest with momentum 0.8
  double early_exaggeration = 12;  // of the attraction
  double exaggeration = 1;         // of the rest; more draws clusters together
};

/// t-SNE (van der Maaten and Hinton, "Visualizing data using t-SNE", 2008) in the plane as a value
/// that is advanced: gradient descent with gains, at a rate of n / 12 (Belkina et al. 2019), 200 at
/// least, on the Kullback-Leibler divergence of the map's Cauchy similarities from the affinities.
/// The same map with any number of threads.
class Tsne {
 public:
  /// affinities: [n, n], symmetric, their sum 1, as perplexity_affinities() makes them. start:
  /// [n, 2], such as the first principal components; it is scaled down to a standard deviation of
  /// 1e-4.
  Tsne(SparseRows affinities, MatrixView start, const TsneOptions& options = {});

  /// One step.
  void advance();
  bool finished() const { return step_ == options_.steps; }
  int step() const { return step_; }
  int steps() const { return options_.steps; }

  /// [n, 2], centred.
  Matrix points() const;
  /// The divergence of the map as it was before the last step of every fifty, and before the last
  /// of all, in nats.
  double divergence() const { return divergence_; }

  /// All that changes from step to step.
  struct State {
    int step = 0;
    double divergence = 0;
    std::vector<double> points, velocities, gains;  // [n, 2] each
  };
  State state() const { return {step_, divergence_, points_, velocities_, gains_}; }
  /// Goes on from one of the same affinities. Throws an Error where it is of another number of
  /// points.
  void restore(State state);

 private:
  void attract(std::vector<double>& forces);
  double mean_logarithm() const;

  SparseRows affinities_;
  TsneOptions options_;
  CauchyField field_;
  double entropy_ = 0;  // the sum of p log p
  int step_ = 0;
  double divergence_ = 0;
  std::vector<double> points_, velocities_, gains_, repulsion_, attraction_;
  std::vector<float> places_;  // the points, in single precision
};

/// How many neighbours place_by_tsne() looks at.
constexpr int64_t neighbors_of_placing = 15;

/// Places of new points [m, 2] on a finished map [n, 2], whose points stay (Policar, Strazar and
/// Zupan, "Embedding to reference t-SNE space addresses batch effects in single-cell
/// classification", 2019). Each goes down from the median of its neighbours' places, at a
/// perplexity of 5, on its own: where it comes to lie does not depend on the others. near: of the
/// new points among the map's.
Matrix place_by_tsne(const Neighbors& near, MatrixView points);

}  // namespace tsimcne
