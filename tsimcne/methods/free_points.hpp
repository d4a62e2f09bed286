#pragma once

#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/methods/row_function.hpp"

namespace tsimcne {

/// Rows that are no wider than 50, the first principal components of wider ones, by which neighbors
/// are looked for; and the axes by which new rows become as narrow.
struct CompactRows {
  PrincipalAxes axes;
  Matrix rows;
};
CompactRows compact_rows(const RowSource& rows);

/// The first two components [n, 2], or the one and 0: where free points may start.
Matrix first_two(const CompactRows& compact);

/// Writes the function of a map whose points are free: new rows are placed among those that are
/// most like them.
void write_free_points(const std::filesystem::path& model, const char* method, const Input& input,
                       const CompactRows& compact, MatrixView points);

/// Places [m, 2] of new rows beside the map's points [n, 2], which stay; near: the new rows'
/// neighbors among the map's.
using PlaceBeside = std::function<Matrix(const Neighbors& near, MatrixView points)>;

/// Reads it; `neighbors` of the map's rows are looked for, or all where there are fewer.
std::unique_ptr<Placing> load_free_points(const std::filesystem::path& run,
                                          const Settings& settings, const std::string& device,
                                          int64_t neighbors, PlaceBeside place);

}  // namespace tsimcne
