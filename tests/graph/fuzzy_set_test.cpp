#include "tsimcne/graph/fuzzy_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/threads.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

/// Of umap-learn (scripts/make_umap_fixture.py).
nlohmann::json fixture() {
  return nlohmann::json::parse(std::ifstream(TEST_DATA "/umap.json"));
}

Matrix matrix_of(const nlohmann::json& rows) {
  Matrix matrix(std::ssize(rows), std::ssize(rows[0]));
  for (int64_t i = 0; i < matrix.rows; ++i) {
    std::ranges::copy(rows[static_cast<size_t>(i)].get<std::vector<float>>(),
                      matrix.row(i).begin());
  }
  return matrix;
}

/// All weights, zeros too.
Matrix dense(const SparseRows& rows) {
  Matrix matrix(rows.rows(), rows.rows());
  for (int64_t i = 0; i < rows.rows(); ++i) {
    for (size_t k = 0; k < rows.columns_of(i).size(); ++k) {
      matrix.row(i)[static_cast<size_t>(rows.columns_of(i)[k])] = rows.values_of(i)[k];
    }
  }
  return matrix;
}

TEST(FuzzySet, IsThatOfUmapLearn) {
  const auto expected = fixture();
  const Matrix points = matrix_of(expected["points"]);
  const int64_t k = expected["neighbors"].get<int64_t>() - 1;
  const Matrix joined = dense(fuzzy_set(find_neighbors(points, k)));
  Matrix theirs(points.rows, points.rows);
  for (const auto& [i, j, weight] :
       expected["joins"].get<std::vector<std::tuple<int64_t, int64_t, float>>>()) {
    theirs.row(i)[static_cast<size_t>(j)] = weight;
    theirs.row(j)[static_cast<size_t>(i)] = weight;
  }
  for (size_t at = 0; at < theirs.values.size(); ++at) {
    ASSERT_NEAR(joined.values[at], theirs.values[at], 1e-4)
        << at / static_cast<size_t>(points.rows) << " " << at % static_cast<size_t>(points.rows);
  }
}

TEST(FuzzySet, WeighsNewPointsAsUmapLearn) {
  const auto expected = fixture();
  const Matrix points = matrix_of(expected["points"]), new_points = matrix_of(expected["new"]);
  const Neighbors near = find_neighbors(new_points, points, expected["neighbors"].get<int64_t>());
  const Matrix weights = weights_of_new(near), theirs = matrix_of(expected["weights_of_new"]);
  for (size_t at = 0; at < theirs.values.size(); ++at) {
    EXPECT_NEAR(weights.values[at], theirs.values[at], 1e-4) << at;
  }
}

TEST(FuzzySet, OfEqualOrFewPointsIsFiniteAndSymmetric) {
  Random random(2, Stream::subset);
  for (const int64_t n : {2, 3, 40}) {
    Matrix spread(n, 2);
    for (float& value : spread.values) value = static_cast<float>(random.uniform(-1, 1));
    for (const Matrix& points : {Matrix(n, 2), spread}) {
      const Neighbors near = find_neighbors(points, std::min<int64_t>(n - 1, 14));
      const Matrix joined = dense(fuzzy_set(near));
      for (int64_t i = 0; i < n; ++i) {
        for (int64_t j = 0; j < n; ++j) {
          const float weight = joined.row(i)[static_cast<size_t>(j)];
          EXPECT_TRUE(weight >= 0 && weight <= 1) << weight;
          EXPECT_EQ(weight, joined.row(j)[static_cast<size_t>(i)]);
        }
      }
      for (const float weight : weights_of_new(near).values)
        EXPECT_TRUE(weight >= 0 && weight <= 1);
      const Threads three(3);
      EXPECT_EQ(dense(fuzzy_set(near)).values, joined.values);
    }
  }
}

}  // namespace
}  // namespace tsimcne
