#pragma once

#include <vector>

#include "tsimcne/layout/row_source.hpp"
#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// The directions of largest variance of a cloud of points, and its centre.
struct PrincipalAxes {
  Matrix mean;                   // [1, d]
  Matrix directions;             // [components, d], unit vectors, widest spread first
  std::vector<double> shares{};  // [components], of the whole variance; 0 where there is none
};

/// The first `components` principal axes of `data`: [n, d]. Each direction's coordinate of largest
/// magnitude is positive, so that signs never change from run to run; directions past the data's
/// rank are zero. O(n d min(n, d)) time. Throws an Error where there is no row or a value is not
/// finite.
PrincipalAxes principal_axes(MatrixView data, int64_t components);

/// The same, of rows that are read some at a time: exact up to 1,024 columns, and of more by
/// iteration of a subspace (Halko, Martinsson and Tropp 2011), which takes n d time, and a pass
/// over the rows in each of its rounds. The same bytes with any number of OpenMP threads.
PrincipalAxes principal_axes(const RowSource& data, int64_t components);

/// The coordinates (scores) of `data`: [n, d] along the axes: [n, components].
Matrix project(const PrincipalAxes& axes, MatrixView data);
Matrix project(const PrincipalAxes& axes, const RowSource& data);

}  // namespace tsimcne
