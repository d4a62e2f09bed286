#pragma once

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// The directions of largest variance of a cloud of points, and its centre.
struct PrincipalAxes {
  Matrix mean;        // [1, d]
  Matrix directions;  // [components, d], unit vectors, the widest first
};

/// The first `components` principal axes of `data`: [n, d], n > 0. Signs are fixed by making each
/// direction's largest coordinate positive; where d < components the rest are zero.
PrincipalAxes principal_axes(const Matrix& data, int64_t components);

/// The coordinates of `data`: [n, d] along the axes: [n, components].
Matrix project(const PrincipalAxes& axes, const Matrix& data);

}  // namespace tsimcne
