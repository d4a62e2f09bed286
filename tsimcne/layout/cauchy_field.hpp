#pragma once

#include <memory>
#include <span>
#include <vector>

namespace tsimcne {

/// What n sources in the plane do at a distance, with q = 1 / (1 + d^2): at a place y the sum over
/// all j of q_j, and that of q_j^2 (y - y_j), which is minus half of its slope. So one potential
/// gives both. It is known on a grid of equally spaced nodes, four a unit, and a quintic spline
/// between them; there it is a convolution, which is a product of Fourier transforms (Hockney and
/// Eastwood, "Computer simulation using particles", 1988; of t-SNE, with polynomials and four
/// potentials: Linderman et al., "Fast interpolation-based t-SNE for improved visualization of
/// single-cell RNA-seq data", 2019). O(n) time and that of the grid, which grows with the square
/// of the sources' extent. The same with any number of threads.
class CauchyField {
 public:
  struct Push {
    double sum = 0;       // of q_j
    double x = 0, y = 0;  // of q_j^2 (y - y_j)
  };

  CauchyField();
  ~CauchyField();
  CauchyField(CauchyField&&) noexcept;

  /// Takes these as the sources: x and y of each in turn, [n, 2], n > 0.
  void set_sources(std::span<const double> points);
  /// What they do at a place; beyond their extent, what they do at its edge.
  Push at(double x, double y) const;

  /// What points [n, 2] do to each other: puts the forces [n, 2] where `forces` is, and returns the
  /// sum of q over all pairs i != j.
  double operator()(std::span<const double> points, std::span<double> forces);

 private:
  struct Grid;
  std::unique_ptr<Grid> grid_;  // of the size that the last sources took
};

/// The same pair by pair, in O(n^2) time.
double exact_cauchy_field(std::span<const double> points, std::span<double> forces);

}  // namespace tsimcne
