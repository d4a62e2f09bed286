#pragma once

#include <string_view>

namespace tsimcne {

/// How similar two points are at a distance d, as data.
struct Kernel {
  /// cauchy: 1 / (1 + d^2). gaussian: exp(-d^2). cosine: exp(cos / temperature) of the angle
  /// between the points; it is the Gaussian of directions, since between unit vectors cos = 1 - d^2
  /// / 2.
  enum class Family { cauchy, gaussian, cosine };

  std::string_view name;
  Family family;
  double temperature = 0;  // of a cosine; the lower, the harder it looks at the most similar
};

/// The kernel of a name: "cauchy", as in t-SNE; "gaussian"; "cosine", at the temperature 0.5 of
/// SimCLR; "sharp-cosine", at 0.1. Throws an Error that lists the kernels where there is none of
/// that name.
const Kernel& kernel_named(std::string_view name);

}  // namespace tsimcne
