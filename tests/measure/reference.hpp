#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "tsimcne/matrix.hpp"

namespace tsimcne {

/// What scikit-learn measures of small cases (scripts/make_measure_fixture.py).
inline const nlohmann::json& reference() {
  static const nlohmann::json figures = [] {
    std::ifstream in(TEST_DATA "/measures.json");
    return nlohmann::json::parse(in);
  }();
  return figures;
}

inline Matrix matrix_of(const nlohmann::json& rows) {
  Matrix matrix(static_cast<int64_t>(rows.size()), static_cast<int64_t>(rows[0].size()));
  for (int64_t i = 0; i < matrix.rows; ++i) {
    for (size_t c = 0; c < rows[0].size(); ++c) {
      matrix.row(i)[c] = rows[static_cast<size_t>(i)][c].get<float>();
    }
  }
  return matrix;
}

template <class Number>
std::vector<Number> numbers_of(const nlohmann::json& values) {
  return values.get<std::vector<Number>>();
}

}  // namespace tsimcne
