#pragma once

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// The directions of largest variance of a cloud of points, and its centre.
struct PrincipalAxes {
  Matrix mean;        // [1, d]
  Matrix directions;  // [components, d], unit vectors, widest spread first
};

/// The first `components` principal axes of `data`: [n, d]. Each direction's coordinate of largest
/// magnitude is positive, so that signs never change from run to run; directions past the data's
/// rank are zero. O(n d min(n, d)) time. Throws an Error where there is no row or a value is not
/// finite.
PrincipalAxes principal_axes(MatrixView data, int64_t components);

/// The coordinates (scores) of `data`: [n, d] along the axes: [n, components].
Matrix project(const PrincipalAxes& axes, MatrixView data);

}  // namespace tsimcne
