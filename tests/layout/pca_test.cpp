#include "tsimcne/layout/pca.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

Matrix principal_components(const Matrix& data, int64_t components) {
  return project(principal_axes(data, components), data);
}

/// Points a * (3, 4)/5 * 10 + b * (-4, 3)/5 around (100, -50) with a and b uncorrelated.
Matrix cross() {
  Matrix data(4, 2);
  const float a[] = {1, -1, 0, 0}, b[] = {0, 0, 1, -1};
  for (int64_t i = 0; i < 4; ++i) {
    data.row(i)[0] = 100 + 6 * a[i] - 0.8f * b[i];
    data.row(i)[1] = -50 + 8 * a[i] + 0.6f * b[i];
  }
  return data;
}

TEST(PrincipalComponents, AreTheAxesOfACross) {
  const Matrix scores = principal_components(cross(), 2);
  const float expected[] = {10, 0, -10, 0, 0, -1, 0, 1};  // (0.8, -0.6) is the second's sign
  for (size_t i = 0; i < 8; ++i) EXPECT_NEAR(scores.values[i], expected[i], 1e-4) << i;
}

TEST(PrincipalComponents, PastTheRankAreZero) {
  const Matrix scores = principal_components(cross(), 3);
  ASSERT_EQ(scores.cols, 3);
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(scores.row(i)[2], 0);
  const Matrix same(5, 7);  // no spread at all
  for (const float value : principal_components(same, 2).values) EXPECT_EQ(value, 0);
}

/// Rows of noise whose columns have standard deviations that fall from 10 on.
Matrix noise(int64_t rows, int64_t cols) {
  Random random(5, Stream::subset);
  Matrix data(rows, cols);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t c = 0; c < cols; ++c) {
      data.row(i)[static_cast<size_t>(c)] =
          static_cast<float>(random.uniform(-1, 1) * 10 / static_cast<double>(c + 1));
    }
  }
  return data;
}

TEST(PrincipalComponents, AreTheSameForWideAndTallData) {
  const Matrix wide = noise(30, 40);
  Matrix tall(60, 40);  // each row twice: the same components
  for (int64_t i = 0; i < 60; ++i) {
    std::copy_n(wide.row(i % 30).begin(), 40, tall.row(i).begin());
  }
  const Matrix a = principal_components(wide, 5), b = principal_components(tall, 5);
  for (int64_t i = 0; i < 30; ++i) {
    for (size_t c = 0; c < 5; ++c) EXPECT_NEAR(a.row(i)[c], b.row(i)[c], 1e-4);
  }
}

TEST(PrincipalComponents, AreUncorrelatedAndFallInSpread) {
  const Matrix scores = principal_components(noise(3000, 20), 4);
  double products[4][4] = {};
  for (int64_t i = 0; i < scores.rows; ++i) {
    for (size_t a = 0; a < 4; ++a) {
      for (size_t b = 0; b < 4; ++b) products[a][b] += double{scores.row(i)[a]} * scores.row(i)[b];
    }
  }
  for (size_t a = 0; a < 4; ++a) {
    for (size_t b = 0; b < a; ++b) {
      EXPECT_LT(products[a][a], products[b][b]);
      EXPECT_LT(std::abs(products[a][b]), 1e-4 * products[a][a]);
    }
  }
}

/// The largest difference of two matrices.
double distance(const Matrix& a, const Matrix& b) {
  double most = 0;
  for (size_t i = 0; i < a.values.size(); ++i) {
    most = std::max(most, std::abs(double{a.values[i]} - double{b.values[i]}));
  }
  return most;
}

TEST(StreamedComponents, AreThoseOfTheWholeMatrix) {
  const Matrix data = noise(1500, 60);
  const PrincipalAxes whole = principal_axes(data, 4);
  const PrincipalAxes streamed = principal_axes(source_of(data), 4);
  EXPECT_LT(distance(whole.directions, streamed.directions), 1e-5);
  EXPECT_LT(distance(project(whole, data), project(streamed, source_of(data))), 1e-4);
  double spread = 0, first = 0;
  for (int64_t c = 0; c < 60; ++c) spread += 1.0 / static_cast<double>((c + 1) * (c + 1));
  first = streamed.shares[0];
  EXPECT_NEAR(first, 1 / spread, 0.03);
}

TEST(StreamedComponents, OfManyColumnsAreThoseOfTheWholeMatrix) {
  const Matrix data = noise(700, 1500);
  const PrincipalAxes whole = principal_axes(data, 3);
  const PrincipalAxes streamed = principal_axes(source_of(data), 3);
  EXPECT_LT(distance(whole.directions, streamed.directions), 2e-3);
  EXPECT_LT(distance(project(whole, data), project(streamed, source_of(data))), 2e-2);
}

TEST(StreamedComponents, AreTheSameBytesOnAnyNumberOfThreads) {
  const int before = omp_get_max_threads();
  for (const int64_t cols : {40, 1100}) {
    const Matrix data = noise(2000, cols);
    omp_set_num_threads(1);
    const PrincipalAxes one = principal_axes(source_of(data), 3);
    omp_set_num_threads(3);
    const PrincipalAxes three = principal_axes(source_of(data), 3);
    EXPECT_EQ(one.directions.values, three.directions.values) << cols;
    EXPECT_EQ(project(one, source_of(data)).values, project(three, source_of(data)).values);
  }
  omp_set_num_threads(before);
}

TEST(StreamedComponents, OfVeryLittleAreZeroPastTheRank) {
  for (const int64_t cols : {1, 2, 5, 1100}) {
    for (const int64_t rows : {1, 2, 3}) {
      const Matrix data = noise(rows, cols);
      const PrincipalAxes axes = principal_axes(source_of(data), 3);
      const Matrix scores = project(axes, source_of(data));
      EXPECT_EQ(scores.cols, 3);
      for (int64_t c = std::min(rows - 1, cols); c < 3; ++c) {
        EXPECT_EQ(axes.shares[static_cast<size_t>(c)], 0) << rows << " x " << cols;
        for (int64_t i = 0; i < rows; ++i) EXPECT_EQ(scores.row(i)[static_cast<size_t>(c)], 0);
      }
    }
  }
  const Matrix same(5, 1200);
  for (const float value : project(principal_axes(source_of(same), 2), source_of(same)).values) {
    EXPECT_EQ(value, 0);
  }
}

TEST(StreamedComponents, NameTheNumberThatIsNone) {
  Matrix data = noise(600, 3);
  data.row(550)[1] = NAN;
  try {
    principal_axes(source_of(data), 2);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("row 551, column 2 is nan"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW(principal_axes(source_of(Matrix()), 2), Error);
}

TEST(PrincipalComponents, RefuseWhatHasNone) {
  EXPECT_THROW(principal_components(Matrix(), 2), Error);
  Matrix lost(3, 3);
  lost.values[4] = INFINITY;
  EXPECT_THROW(principal_components(lost, 2), Error);
}

}  // namespace
}  // namespace tsimcne
