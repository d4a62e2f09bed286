#include "tsimcne/loss/tile_sweeps.hpp"

#include <algorithm>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tsimcne/loss/tile_sweeps.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "tsimcne/loss/kernel_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace tsimcne {
namespace HWY_NAMESPACE {
namespace {

/// Rows that share what is loaded of the columns. Their sums stay in registers.
constexpr int rows_at_once = 4;

/// Squared distances from differences.
template <int dimensions>
struct Differences {
  struct Point {
    Vector x[dimensions];
  };
  using Row = Point;
  using Column = Point;

  Differences(const PointAxes& points, const Tile& tile) {
    for (int k = 0; k < dimensions; ++k) {
      rows[k] = points.axes[static_cast<size_t>(k)] + tile.first_row;
      columns[k] = points.axes[static_cast<size_t>(k)] + tile.first_column;
    }
  }

  HWY_INLINE Row row(int64_t i, float) const {
    Row result;
    for (int k = 0; k < dimensions; ++k) result.x[k] = hn::Set(Floats(), rows[k][i]);
    return result;
  }

  HWY_INLINE Column column(int64_t j) const {
    Column result;
    for (int k = 0; k < dimensions; ++k) result.x[k] = hn::Load(Floats(), columns[k] + j);
    return result;
  }

  static HWY_INLINE Point difference(const Row& row, const Column& column) {
    Point result;
    for (int k = 0; k < dimensions; ++k) result.x[k] = hn::Sub(row.x[k], column.x[k]);
    return result;
  }

  static HWY_INLINE Vector squared(const Point& difference, float start) {
    Vector sum = hn::Set(Floats(), start);
    for (int k = 0; k < dimensions; ++k) {
      sum = hn::MulAdd(difference.x[k], difference.x[k], sum);
    }
    return sum;
  }

  HWY_INLINE Vector squared(const Row& row, const Column& column, float start) const {
    return squared(difference(row, column), start);
  }

  const float* rows[dimensions];
  const float* columns[dimensions];
};

/// Squared distances from products.
struct Products {
  struct Row {
    float* products;
    Vector squared_norm;
  };
  struct Column {
    int64_t index;
    Vector squared_norm;
  };

  Products(const ProductTile& points, const Tile& tile)
      : products(points.products),
        row_norms(points.squared_norms + tile.first_row),
        column_norms(points.squared_norms + tile.first_column) {}

  HWY_INLINE Row row(int64_t i, float start) const {
    return {products + i * longest_side, hn::Set(Floats(), row_norms[i] + start)};
  }

  HWY_INLINE Column column(int64_t j) const { return {j, hn::Load(Floats(), column_norms + j)}; }

  HWY_INLINE Vector squared(const Row& row, const Column& column, float start) const {
    const Floats d;
    const Vector product = hn::Load(d, row.products + column.index);
    const Vector norms = hn::Add(row.squared_norm, column.squared_norm);
    return hn::Max(hn::NegMulAdd(product, hn::Set(d, 2.0f), norms), hn::Set(d, start));
  }

  float* products;
  const float* row_norms;
  const float* column_norms;
};

HWY_INLINE double total(Vector v) {
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(Floats(), v)));
}

/// Calls call(the kernel's formula, or of negative sampling `Negative` of it; whether some
/// registers of the tile hold pairs that do not count) with the latter as a std::bool_constant.
template <template <class> class Negative, class Call>
HWY_INLINE void with_formula(const Pairing& pairing, const Tile& tile, const Call& call) {
  const bool ragged =
      tile.on_diagonal() || tile.columns % static_cast<int64_t>(hn::Lanes(Floats())) != 0;
  const auto call_with = [&](auto formula) HWY_ATTR {
    if (ragged) return call(formula, std::true_type());
    return call(formula, std::false_type());
  };
  with_formula_of(pairing.kernel, [&](auto formula) HWY_ATTR {
    if (pairing.objective.family == Objective::Family::infonce) return call_with(formula);
    return call_with(Negative<decltype(formula)>{formula});
  });
}

/// The first column, a vector's first, from which on some of the rows from `row` on count.
template <bool ragged>
HWY_INLINE int64_t first_column(const Tile& tile, int64_t row) {
  if (!ragged || !tile.on_diagonal()) return 0;
  return (row + 1) & ~(static_cast<int64_t>(hn::Lanes(Floats())) - 1);
}

/// v where the pair counts, else 0.
template <bool ragged>
HWY_INLINE Vector counted(const Tile& tile, int64_t row, int64_t column, Vector v) {
  if (!ragged) return v;
  const Floats d;
  const Vector columns = hn::Iota(d, static_cast<float>(column));
  const float first = tile.on_diagonal() ? static_cast<float>(row + 1) : 0.0f;
  return hn::IfThenElseZero(hn::And(hn::Ge(columns, hn::Set(d, first)),
                                    hn::Lt(columns, hn::Set(d, static_cast<float>(tile.columns)))),
                            v);
}

/// Calls a body for all rows of the tile: body(row, std::integral_constant of how many at once).
template <class Body>
HWY_INLINE void for_rows(const Tile& tile, const Body& body) {
  int64_t row = 0;
  for (; row + rows_at_once <= tile.rows; row += rows_at_once) {
    body(row, std::integral_constant<int, rows_at_once>());
  }
  for (; row < tile.rows; ++row) body(row, std::integral_constant<int, 1>());
}

/// What a tile adds to its columns, in float; then to all columns' sums, in double.
struct ColumnSums {
  HWY_ALIGN float sums[longest_side] = {};

  void add_to(const Tile& tile, double* all) const {
    for (int64_t j = 0; j < tile.columns; ++j) all[tile.first_column + j] += sums[j];
  }
};

template <bool ragged, int count, class Formula, class Distances>
HWY_INLINE void add_terms_of_rows(const Formula& kernel, const Distances& distances,
                                  const Tile& tile, int64_t row, double* row_sums,
                                  float* column_sums) {
  const Floats d;
  typename Distances::Row rows[count];
  Vector sums[count];
  for (int k = 0; k < count; ++k) {
    rows[k] = distances.row(row + k, kernel.start);
    sums[k] = hn::Zero(d);
  }
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t j = first_column<ragged>(tile, row); j < tile.columns; j += lanes) {
    const auto column = distances.column(j);
    Vector column_sum = hn::Load(d, column_sums + j);
    for (int k = 0; k < count; ++k) {
      const Vector s = counted<ragged>(
          tile, row + k, j, kernel.similarity(distances.squared(rows[k], column, kernel.start)));
      sums[k] = hn::Add(sums[k], s);
      column_sum = hn::Add(column_sum, s);
    }
    hn::Store(column_sum, d, column_sums + j);
  }
  for (int k = 0; k < count; ++k) row_sums[tile.first_row + row + k] += total(sums[k]);
}

template <bool ragged, class Formula, class Distances>
void add_terms_of_tile(const Formula& kernel, const Distances& distances, const Tile& tile,
                       double* row_sums, double* column_sums) {
  ColumnSums columns;
  for_rows(tile, [&](int64_t row, auto count) HWY_ATTR {
    add_terms_of_rows<ragged, count.value>(kernel, distances, tile, row, row_sums, columns.sums);
  });
  columns.add_to(tile, column_sums);
}

template <class Distances>
void add_terms_of(const Pairing& pairing, const Distances& distances, const Tile& tile,
                  double* row_sums, double* column_sums) {
  with_formula<NegativeTerm>(pairing, tile, [&](auto formula, auto ragged) HWY_ATTR {
    add_terms_of_tile<ragged.value>(formula, distances, tile, row_sums, column_sums);
  });
}

template <bool ragged, int count, class Formula, int dimensions>
HWY_INLINE void add_forces_of_rows(const Formula& kernel, const Differences<dimensions>& distances,
                                   const Tile& tile, const float* weights, int64_t row,
                                   const std::array<double*, 3>& row_forces,
                                   ColumnSums* column_forces) {
  const Floats d;
  typename Differences<dimensions>::Row rows[count];
  Vector row_weights[count];
  Vector sums[count][dimensions];
  for (int k = 0; k < count; ++k) {
    rows[k] = distances.row(row + k, kernel.start);
    row_weights[k] = hn::Set(d, weights[tile.first_row + row + k]);
    for (int axis = 0; axis < dimensions; ++axis) sums[k][axis] = hn::Zero(d);
  }
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t j = first_column<ragged>(tile, row); j < tile.columns; j += lanes) {
    const auto column = distances.column(j);
    const Vector column_weights = hn::Load(d, weights + tile.first_column + j);
    Vector column_sums[dimensions];
    for (int axis = 0; axis < dimensions; ++axis) {
      column_sums[axis] = hn::Load(d, column_forces[axis].sums + j);
    }
    for (int k = 0; k < count; ++k) {
      const auto difference = distances.difference(rows[k], column);
      const Vector s = counted<ragged>(
          tile, row + k, j, kernel.similarity(distances.squared(difference, kernel.start)));
      // In this order, since s_ij / Z_i is at most 1 however small both are.
      const Vector q = kernel.slope(hn::Mul(s, hn::Add(row_weights[k], column_weights)), s);
      for (int axis = 0; axis < dimensions; ++axis) {
        sums[k][axis] = hn::MulAdd(q, difference.x[axis], sums[k][axis]);
        column_sums[axis] = hn::NegMulAdd(q, difference.x[axis], column_sums[axis]);
      }
    }
    for (int axis = 0; axis < dimensions; ++axis) {
      hn::Store(column_sums[axis], d, column_forces[axis].sums + j);
    }
  }
  for (int k = 0; k < count; ++k) {
    for (int axis = 0; axis < dimensions; ++axis) {
      row_forces[static_cast<size_t>(axis)][tile.first_row + row + k] += total(sums[k][axis]);
    }
  }
}

template <bool ragged, class Formula, int dimensions>
void add_forces_of_tile(const Formula& kernel, const Differences<dimensions>& distances,
                        const Tile& tile, const float* weights,
                        const std::array<double*, 3>& row_forces,
                        const std::array<double*, 3>& column_forces) {
  ColumnSums columns[dimensions];
  for_rows(tile, [&](int64_t row, auto count) HWY_ATTR {
    add_forces_of_rows<ragged, count.value>(kernel, distances, tile, weights, row, row_forces,
                                            columns);
  });
  for (int axis = 0; axis < dimensions; ++axis) {
    columns[axis].add_to(tile, column_forces[static_cast<size_t>(axis)]);
  }
}

template <int dimensions>
void add_forces_in(const Pairing& pairing, const PointAxes& points, const Tile& tile,
                   const float* weights, const std::array<double*, 3>& row_forces,
                   const std::array<double*, 3>& column_forces) {
  const Differences<dimensions> distances(points, tile);
  with_formula<NegativeForce>(pairing, tile, [&](auto formula, auto ragged) HWY_ATTR {
    add_forces_of_tile<ragged.value>(formula, distances, tile, weights, row_forces, column_forces);
  });
}

template <bool ragged, int count, class Formula>
HWY_INLINE void replace_rows(const Formula& kernel, const Products& distances, const Tile& tile,
                             const float* weights, int64_t row, double* row_sums,
                             float* column_sums) {
  const Floats d;
  Products::Row rows[count];
  Vector row_weights[count];
  Vector sums[count];
  for (int k = 0; k < count; ++k) {
    rows[k] = distances.row(row + k, kernel.start);
    row_weights[k] = hn::Set(d, weights[tile.first_row + row + k]);
    sums[k] = hn::Zero(d);
    std::fill_n(rows[k].products, first_column<ragged>(tile, row), 0.0f);
  }
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t j = first_column<ragged>(tile, row); j < tile.columns; j += lanes) {
    const auto column = distances.column(j);
    const Vector column_weights = hn::Load(d, weights + tile.first_column + j);
    Vector column_sum = hn::Load(d, column_sums + j);
    for (int k = 0; k < count; ++k) {
      const Vector s = counted<ragged>(
          tile, row + k, j, kernel.similarity(distances.squared(rows[k], column, kernel.start)));
      const Vector q = kernel.slope(hn::Mul(s, hn::Add(row_weights[k], column_weights)), s);
      hn::Store(q, d, rows[k].products + j);
      sums[k] = hn::Add(sums[k], q);
      column_sum = hn::Add(column_sum, q);
    }
    hn::Store(column_sum, d, column_sums + j);
  }
  for (int k = 0; k < count; ++k) row_sums[tile.first_row + row + k] += total(sums[k]);
}

template <bool ragged, class Formula>
void replace_tile(const Formula& kernel, const Products& distances, const Tile& tile,
                  const float* weights, double* row_sums, double* column_sums) {
  ColumnSums columns;
  for_rows(tile, [&](int64_t row, auto count) HWY_ATTR {
    replace_rows<ragged, count.value>(kernel, distances, tile, weights, row, row_sums,
                                      columns.sums);
  });
  columns.add_to(tile, column_sums);
}

void add_terms_of_axes(const Pairing& pairing, const PointAxes& points, const Tile& tile,
                       double* row_sums, double* column_sums) {
  if (points.dimensions == 2) {
    add_terms_of(pairing, Differences<2>(points, tile), tile, row_sums, column_sums);
  } else {
    add_terms_of(pairing, Differences<3>(points, tile), tile, row_sums, column_sums);
  }
}

void add_terms_of_products(const Pairing& pairing, const ProductTile& points, const Tile& tile,
                           double* row_sums, double* column_sums) {
  add_terms_of(pairing, Products(points, tile), tile, row_sums, column_sums);
}

void add_forces_of_axes(const Pairing& pairing, const PointAxes& points, const Tile& tile,
                        const float* weights, const std::array<double*, 3>& row_forces,
                        const std::array<double*, 3>& column_forces) {
  const auto add = points.dimensions == 2 ? add_forces_in<2> : add_forces_in<3>;
  add(pairing, points, tile, weights, row_forces, column_forces);
}

void replace_products_by_forces(const Pairing& pairing, const ProductTile& points, const Tile& tile,
                                const float* weights, double* row_sums, double* column_sums) {
  with_formula<NegativeForce>(pairing, tile, [&](auto formula, auto ragged) HWY_ATTR {
    replace_tile<ragged.value>(formula, Products(points, tile), tile, weights, row_sums,
                               column_sums);
  });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace tsimcne
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tsimcne {
namespace {

HWY_EXPORT(add_terms_of_axes);
HWY_EXPORT(add_terms_of_products);
HWY_EXPORT(add_forces_of_axes);
HWY_EXPORT(replace_products_by_forces);

}  // namespace

void add_terms(const Pairing& pairing, const PointAxes& points, const Tile& tile, double* row_sums,
               double* column_sums) {
  HWY_DYNAMIC_DISPATCH(add_terms_of_axes)(pairing, points, tile, row_sums, column_sums);
}

void add_terms(const Pairing& pairing, const ProductTile& points, const Tile& tile,
               double* row_sums, double* column_sums) {
  HWY_DYNAMIC_DISPATCH(add_terms_of_products)(pairing, points, tile, row_sums, column_sums);
}

void add_forces(const Pairing& pairing, const PointAxes& points, const Tile& tile,
                const float* weights, const std::array<double*, 3>& row_forces,
                const std::array<double*, 3>& column_forces) {
  HWY_DYNAMIC_DISPATCH(add_forces_of_axes)
  (pairing, points, tile, weights, row_forces, column_forces);
}

void replace_by_forces(const Pairing& pairing, const ProductTile& points, const Tile& tile,
                       const float* weights, double* row_sums, double* column_sums) {
  HWY_DYNAMIC_DISPATCH(replace_products_by_forces)
  (pairing, points, tile, weights, row_sums, column_sums);
}

}  // namespace tsimcne
#endif
