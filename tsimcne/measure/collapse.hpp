#pragma once

#include <string>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Whether a map shows nothing because its training went wrong: an empty text, or a sentence that
/// says how. points: [n, d] with n >= 3 and d >= 2; smaller ones are never called collapsed. Looked
/// for are
/// - values that are not finite;
/// - all points within a hair: a standard deviation along the widest axis of at most a tenth of
///   `scale`;
/// - all points on a line: a standard deviation along the second axis of at most a fiftieth of that
///   along the first.
///
/// scale: the distance at which the kernel falls to a half; 1 for the Cauchy kernel 1 / (1 + d^2),
/// under which all pairs of points within a hair are equally similar to 2 %. 0 where distances have
/// no scale, as under the cosine kernel: then points are within a hair where they are all the same.
std::string collapse_of(MatrixView points, double scale = 1);

}  // namespace tsimcne
