#pragma once

#include <string_view>

namespace tsimcne {

/// What a loss asks of the similarities of pairs, as data beside the kernel (Damrich, Boehm,
/// Hamprecht, Kobak, "From t-SNE to UMAP with contrastive learning", ICLR 2023).
struct Objective {
  /// infonce: tell a positive pair from all others of one of its points; with the Cauchy kernel,
  /// t-SNE's aim. negative_sampling: tell each positive pair from pairs at random; with it, UMAP's.
  enum class Family { infonce, negative_sampling };

  std::string_view name;
  Family family;
  double negatives = 0;  // of negative sampling: how much pairs at random count beside a positive
};

/// A similarity of 1 counts as this much less, so that points at one place are not infinitely
/// wrong; it is what UMAP adds to squared distances before it divides by them.
constexpr double least_apart = 1e-3;

/// The objective of a name: "infonce"; or "negative-sampling", with UMAP's 5 negatives. Throws an
/// Error that lists the objectives where there is none of that name.
const Objective& objective_named(std::string_view name);

}  // namespace tsimcne
