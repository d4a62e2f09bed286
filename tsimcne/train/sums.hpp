#pragma once

#include "tsimcne/loss/loss.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

/// Sums over the images, or rows, of the epoch under way.
struct Sums {
  double loss = 0, attraction = 0, repulsion = 0;
  int64_t images = 0;
  double seconds = 0;

  /// Adds a batch of `count` positive pairs that took `more` seconds.
  void add(const ContrastiveLoss& batch, int64_t count, double more);

  /// Their means, and how fast it went; nothing where there is no batch yet.
  void put_means_into(EpochRecord& record) const;
};

}  // namespace tsimcne
