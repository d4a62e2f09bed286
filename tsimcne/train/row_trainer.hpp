#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tsimcne/graph/edges.hpp"
#include "tsimcne/layout/pca.hpp"
#include "tsimcne/train/recipe.hpp"
#include "tsimcne/train/row_model.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

/// The training of a head alone, on rows of numbers that stand still, with the edges of a graph
/// among them as positives: parametric t-SNE and UMAP are recipes of it. A value that is advanced:
/// stop anywhere, save, restore, go on, and get the same map, on a CPU with any number of threads.
class RowTrainer {
 public:
  /// recipe: without a backbone, of one stage. rows: [n, d], n > 1, which are standardised as a
  /// whole, so that the largest standard deviation of a column is 1; edges: of as many points. An
  /// epoch draws n edges in proportion to their weights, one of every n-th of all the weight.
  /// Throws an Error where they do not fit together.
  RowTrainer(Recipe recipe, const Matrix& rows, Edges edges, uint64_t seed,
             const std::string& device = "cpu");
  ~RowTrainer();
  RowTrainer(RowTrainer&&) noexcept;

  /// Trains a batch. Throws an Error that names the epoch where the loss or a gradient is not
  /// finite; all is then as it was before.
  void advance();

  bool finished() const;
  const Recipe& recipe() const;
  int64_t batches() const;  // in all
  int64_t batches_done() const;
  int64_t batches_per_epoch() const;
  /// The epochs finished so far, in order, and the one under way as far as it went.
  const std::vector<EpochRecord>& history() const;
  EpochRecord running() const;

  /// Points [n, d] of the rows as the head stands, and of others as wide.
  Matrix points() const;
  Matrix place(const Matrix& rows) const;

  /// The head as it stands, behind the axes by which the rows were made of wider ones.
  RowModel model(PrincipalAxes axes) const;

  /// Writes all that restore() needs as one whole file.
  void save(const std::filesystem::path& checkpoint) const;
  /// Goes on from a checkpoint. Throws an Error where it is damaged, or of another recipe, seed,
  /// rows or edges.
  void restore(const std::filesystem::path& checkpoint);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tsimcne
