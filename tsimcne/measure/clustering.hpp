#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Labels and clusters are a number a row, of any values. All figures are the same with any number
/// of threads.

/// How much nearer rows are to those of their own label than to those of the next one: the mean of
/// (b - a) / max(a, b) over all rows, where a is a row's mean Euclidean distance to the others of
/// its label and b the least of its mean distances to the rows of another; 0 for a label's only row
/// (Rousseeuw, "Silhouettes", 1987). In -1 .. 1. O(n^2 d) time. Throws an Error unless there are 2
/// .. n - 1 different labels.
double silhouette(MatrixView points, std::span<const int32_t> labels);

/// How far two divisions of the same rows agree on pairs of rows: 1 where they are the same, 0 as
/// far as chance agrees, less where they agree less (Hubert and Arabie, "Comparing partitions",
/// 1985).
double adjusted_rand_index(std::span<const int32_t> a, std::span<const int32_t> b);

/// The information that two divisions of the same rows share, less that which chance would share,
/// over the mean of their entropies less the same: 1 where they are the same, about 0 by chance
/// (Vinh, Epps and Bailey, "Information theoretic measures for clusterings comparison", 2010).
double adjusted_mutual_information(std::span<const int32_t> a, std::span<const int32_t> b);

/// Rows around centres.
struct KMeans {
  std::vector<int32_t> clusters;  // [n], 0 ..
  Matrix centres;                 // [clusters, d]
  double inertia = 0;             // the sum of squared distances to the rows' own centres
};

/// The best of several starts of Lloyd's algorithm from centres that are drawn apart from each
/// other (Arthur and Vassilvitskii, "k-means++", 2007; of several candidates for each centre the
/// best). Where there are fewer than k different rows there are as many clusters. O(n k d) time a
/// round. Throws an Error where k is not in 1 .. n.
KMeans k_means(MatrixView points, int64_t k, uint64_t seed, int starts = 20);

/// A map's dense places, each with what lies around it, [n] of 0 ..: a point belongs to the peak of
/// density that one comes to by going up. Density is a Gaussian kernel estimate on a grid, whose
/// bandwidth is 2 % of the map's extent at 10,000 points and falls with the sixth root of their
/// number (Scott's rule); the extent leaves out the outermost half percent on each side. A peak
/// that stands less than four standard deviations of the estimate above the way to a higher one is
/// part of that one (Chazal et al., "Persistence-based clustering in Riemannian manifolds", 2013),
/// and one that is alone and as low is part of the nearest other. points: [n, 2], n >= 1, else an
/// Error.
std::vector<int32_t> density_clusters(MatrixView points);

}  // namespace tsimcne
