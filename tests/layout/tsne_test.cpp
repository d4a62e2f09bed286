#include "tsimcne/layout/tsne.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/graph/affinities.hpp"
#include "tsimcne/layout/pca.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

std::vector<double> random_places(int64_t n, double extent) {
  Random random(4, Stream::subset);
  std::vector<double> places(static_cast<size_t>(2 * n));
  for (double& x : places) {  // dense in the middle
    x = extent * (random.uniform(-1, 1) + random.uniform(-1, 1) + random.uniform(-1, 1)) / 3;
  }
  return places;
}

/// The length of the difference, in lengths of the second.
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  double off = 0, length = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    off += (a[i] - b[i]) * (a[i] - b[i]);
    length += b[i] * b[i];
  }
  return std::sqrt(off / length);
}

TEST(CauchyField, IsTheExactOneButForInterpolation) {
  for (const double extent : {1e-4, 1.0, 30.0, 150.0}) {
    const std::vector<double> places = random_places(2000, extent);
    std::vector<double> forces(places.size()), exact(places.size());
    CauchyField field;
    const double sum = field(places, forces), exact_sum = exact_cauchy_field(places, exact);
    EXPECT_NEAR(sum / exact_sum, 1, 1e-4) << extent;
    EXPECT_LT(difference(forces, exact), 3e-3) << extent;
  }
}

TEST(CauchyField, IsKnownBetweenAndBesideItsSources) {
  const std::vector<double> sources = random_places(500, 20);
  CauchyField field;
  field.set_sources(sources);
  for (const auto& [x, y] : {std::pair(0.3, -0.7), {5.0, 11.0}, {-2.0, 0.0}}) {
    CauchyField::Push exact;
    for (size_t i = 0; i < sources.size(); i += 2) {
      const double dx = x - sources[i], dy = y - sources[i + 1], q = 1 / (1 + dx * dx + dy * dy);
      exact.sum += q;
      exact.x += q * q * dx;
      exact.y += q * q * dy;
    }
    const CauchyField::Push push = field.at(x, y);
    EXPECT_NEAR(push.sum / exact.sum, 1, 1e-4);
    EXPECT_NEAR(push.x, exact.x, 2e-3 * exact.sum);
    EXPECT_NEAR(push.y, exact.y, 2e-3 * exact.sum);
  }
  EXPECT_TRUE(std::isfinite(field.at(1e9, -1e9).sum));
}

TEST(CauchyField, OfAVeryWideMapTakesNoMoreMemory) {
  const std::vector<double> places = random_places(50, 1e7);
  std::vector<double> forces(places.size());
  EXPECT_TRUE(std::isfinite(CauchyField()(places, forces)));
}

TEST(CauchyField, IsTheSameWithAnyNumberOfThreads) {
  const std::vector<double> places = random_places(3000, 60);
  std::vector<double> one(places.size()), three(places.size());
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  const double sum = CauchyField()(places, one);
  omp_set_num_threads(3);
  EXPECT_EQ(CauchyField()(places, three), sum);
  EXPECT_EQ(one, three);
  omp_set_num_threads(before);
}

/// Rows around five centres far apart in 8 dimensions, in turn.
Matrix clusters(int64_t n) {
  Random random(6, Stream::subset);
  Matrix rows(n, 8);
  for (int64_t i = 0; i < n; ++i) {
    for (size_t c = 0; c < 8; ++c) {
      rows.row(i)[c] =
          static_cast<float>(random.uniform(-1, 1) + (c == static_cast<size_t>(i % 5) ? 8 : 0));
    }
  }
  return rows;
}

Tsne tsne_of(const Matrix& rows, double perplexity, const TsneOptions& options = {}) {
  const int64_t k = std::min(rows.rows - 1, static_cast<int64_t>(3 * perplexity));
  const Matrix start = project(principal_axes(rows, 2), rows);
  return Tsne(perplexity_affinities(find_neighbors(rows, k), perplexity), start, options);
}

TEST(Tsne, KeepsClustersApart) {
  for (const int64_t n : {500, 4500}) {  // pair by pair, and on a grid
    Tsne tsne = tsne_of(clusters(n), 20, {.early_steps = 100, .steps = n == 500 ? 600 : 200});
    while (!tsne.finished()) tsne.advance();
    const Matrix points = tsne.points();
    const Neighbors near = find_neighbors(points, 5);
    int64_t same = 0;
    for (int64_t i = 0; i < n; ++i) {
      for (const int64_t j : near.row(i)) same += i % 5 == j % 5;
    }
    EXPECT_EQ(same, 5 * n) << n;
    EXPECT_GT(tsne.divergence(), 0);
    EXPECT_LT(tsne.divergence(), 4);
  }
}

TEST(Tsne, GoesOnToTheSameBytesAndOnAnyNumberOfThreads) {
  const Matrix rows = clusters(4200);
  const TsneOptions brief{.early_steps = 20, .steps = 40};
  Tsne whole = tsne_of(rows, 15, brief);
  while (!whole.finished()) whole.advance();
  const int before = omp_get_max_threads();
  omp_set_num_threads(3);
  Tsne first = tsne_of(rows, 15, brief), next = tsne_of(rows, 15, brief);
  for (int i = 0; i < 25; ++i) first.advance();
  next.restore(first.state());
  omp_set_num_threads(1);
  while (!next.finished()) next.advance();
  omp_set_num_threads(before);
  EXPECT_EQ(next.points().values, whole.points().values);
  EXPECT_EQ(next.step(), 40);
  Tsne ended = tsne_of(rows, 15, brief);
  ended.restore(whole.state());
  EXPECT_EQ(ended.divergence(), whole.divergence());
  EXPECT_THROW(tsne_of(clusters(10), 3).restore(first.state()), Error);
}

TEST(PlaceByTsne, PutsNewPointsAmongTheirLikeEachOnItsOwn) {
  const Matrix rows = clusters(500);
  Tsne tsne = tsne_of(rows, 10, {.early_steps = 50, .steps = 200});
  while (!tsne.finished()) tsne.advance();
  const Matrix map = tsne.points();
  const Matrix fresh = clusters(620);  // of which 500 are the map's
  const Matrix places = place_by_tsne(find_neighbors(fresh, rows, neighbors_of_placing), map);
  const Neighbors near = find_neighbors(places, map, 5);
  int64_t same = 0;
  for (int64_t i = 0; i < fresh.rows; ++i) {
    for (const int64_t j : near.row(i)) same += i % 5 == j % 5;
  }
  EXPECT_GT(same, 49 * fresh.rows / 10);

  Matrix alone(1, 8);
  std::ranges::copy(fresh.row(619), alone.row(0).begin());
  const Matrix place = place_by_tsne(find_neighbors(alone, rows, neighbors_of_placing), map);
  EXPECT_EQ(place.row(0)[0], places.row(619)[0]);
  EXPECT_EQ(place.row(0)[1], places.row(619)[1]);
}

TEST(Tsne, OfVeryFewOrEqualPointsIsFinite) {
  for (const int64_t n : {2, 3, 7}) {
    for (const Matrix& rows : {clusters(n), Matrix(n, 4)}) {
      Tsne tsne = tsne_of(rows, 1, {.early_steps = 50, .steps = 150});
      while (!tsne.finished()) tsne.advance();
      for (const float value : tsne.points().values) EXPECT_TRUE(std::isfinite(value)) << n;
    }
  }
  EXPECT_THROW(Tsne(perplexity_affinities(find_neighbors(clusters(9), 3), 2), clusters(9)), Error);
}

}  // namespace
}  // namespace tsimcne
