#pragma once

#include <array>
#include <cstdint>

#include "tsimcne/loss/kernel.hpp"
#include "tsimcne/loss/objective.hpp"

namespace tsimcne {

/// A rectangle of the matrix of similarities. On the diagonal only what lies above it counts.
struct Tile {
  int64_t first_row, rows;
  int64_t first_column, columns;

  bool on_diagonal() const { return first_row == first_column; }
};

/// Sides of tiles are multiples of this, except at the matrix's end; arrays that sweeps read hold
/// a multiple of it.
constexpr int64_t step_of_sides = 64;
constexpr int64_t longest_side = 512;

/// Points in two or three dimensions, an array an axis. Squared distances are made of differences.
struct PointAxes {
  std::array<const float*, 3> axes;
  int dimensions;
};

/// The products z_i z_j of a tile, [rows, columns], its rows longest_side apart, and |z_i|^2 of all
/// points: squared distances are |z_i|^2 + |z_j|^2 - 2 z_i z_j.
struct ProductTile {
  float* products;
  const float* squared_norms;
};

/// The kernel and the objective, whose repulsion is made of terms f of the similarities s: s itself
/// by InfoNCE, -log(1 - c s) by negative sampling.
struct Pairing {
  const Kernel& kernel;
  const Objective& objective;
};

/// Adds the sums of the terms f_ij along the tile's rows and columns to sums of all rows [n] and
/// columns [n].
void add_terms(const Pairing& pairing, const PointAxes& points, const Tile& tile, double* row_sums,
               double* column_sums);
void add_terms(const Pairing& pairing, const ProductTile& points, const Tile& tile,
               double* row_sums, double* column_sums);

/// Adds the sums of q_ij (z_i - z_j) along the tile's rows and of q_ij (z_j - z_i) along its
/// columns, with q_ij = -(w_i + w_j) d f_ij / d (d^2) of the weights w [n], to sums of all rows and
/// columns, [dimensions][n] each.
void add_forces(const Pairing& pairing, const PointAxes& points, const Tile& tile,
                const float* weights, const std::array<double*, 3>& row_forces,
                const std::array<double*, 3>& column_forces);

/// Puts q_ij where the products were, 0 for pairs that do not count, and adds its sums.
void replace_by_forces(const Pairing& pairing, const ProductTile& points, const Tile& tile,
                       const float* weights, double* row_sums, double* column_sums);

}  // namespace tsimcne
