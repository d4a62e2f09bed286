#pragma once

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// Points [n, d], their centre taken away, turned and mirrored so that they lie as near as can be
/// to where others [n, d] lie about theirs (the orthogonal Procrustes problem: Schoenemann 1966).
/// Principal axes have no direction of their own, so that of two maps one must be turned like the
/// other before they are seen one after another.
Matrix turned_like(MatrixView others, MatrixView points);

}  // namespace tsimcne
