#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace tsimcne {

/// What n points of a plane do to each other at a distance, with q = 1 / (1 + d^2): for each point
/// i the sum over all j of q_ij^2 (y_i - y_j), and over all pairs i != j the sum of q_ij. Sums over
/// a grid of equally spaced nodes, five to a cell and axis, between which the kernel is
/// interpolated, and whose convolution is a product of Fourier transforms (Linderman et al., "Fast
/// interpolation-based t-SNE for improved visualization of single-cell RNA-seq data", 2019). O(n)
/// time and that of the grid, which grows with the square of the map's extent.
class CauchyField {
 public:
  CauchyField();
  ~CauchyField();

  /// points: x and y of each in turn, [n, 2]. Puts the forces [n, 2] where `forces` is, and returns
  /// the sum of q. The same with any number of threads.
  double operator()(std::span<const double> points, std::span<double> forces);

 private:
  struct Plane;
  std::unique_ptr<Plane> plane_;  // of the size that the last points took
};

/// The same pair by pair, in O(n^2) time.
double exact_cauchy_field(std::span<const double> points, std::span<double> forces);

}  // namespace tsimcne
