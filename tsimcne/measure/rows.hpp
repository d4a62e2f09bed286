#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// These rows of a matrix, in this order.
Matrix take_rows(MatrixView matrix, std::span<const int64_t> rows);

/// `count` of the numbers 0 .. rows - 1 at random, ascending; all where there are no more.
std::vector<int64_t> random_rows(int64_t rows, int64_t count, uint64_t seed);

/// Rows scaled to length 1, so that the nearest ones by Euclidean distance are those by cosine. A
/// row of zeros has no direction and stays as it is.
Matrix unit_rows(MatrixView matrix);

/// Whether there are rows and their lengths differ by rounding alone, so that neighbours by cosine
/// are those by Euclidean distance.
bool have_one_length(MatrixView matrix);

/// Throws an Error that names row and column, from 0, of the first number that is not finite;
/// `name` stands for the matrix in it.
void check_finite(MatrixView matrix, std::string_view name);

}  // namespace tsimcne
