#include "tsimcne/layout/umap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/layout/plain_umap.hpp"
#include "tests/threads.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/graph/fuzzy_set.hpp"
#include "tsimcne/layout/spectral.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

/// Rows around five centres in 8 dimensions, in turn; some of each touch another's.
Matrix clusters(int64_t n, double apart) {
  Random random(6, Stream::subset);
  Matrix rows(n, 8);
  for (int64_t i = 0; i < n; ++i) {
    for (size_t c = 0; c < 8; ++c) {
      const double centre = c == static_cast<size_t>(i % 5) ? apart : 0;
      rows.row(i)[c] = static_cast<float>(random.uniform(-1, 1) + centre);
    }
  }
  return rows;
}

SparseRows joined(const Matrix& rows) {
  return fuzzy_set(find_neighbors(rows, std::min<int64_t>(rows.rows - 1, 14)));
}

Matrix first_columns(const Matrix& rows) {
  Matrix start(rows.rows, 2);
  for (int64_t i = 0; i < rows.rows; ++i) std::copy_n(rows.row(i).begin(), 2, start.row(i).begin());
  return start;
}

Umap umap_of(const Matrix& rows, const UmapOptions& options = {}) {
  return Umap(joined(rows), first_columns(rows), options);
}

Matrix finished(Umap umap) {
  while (!umap.finished()) umap.advance();
  return umap.points();
}

/// The share of the points' five nearest that are of their cluster.
double kept_apart(const Matrix& points) {
  const Neighbors near = find_neighbors(points, 5);
  int64_t same = 0;
  for (int64_t i = 0; i < points.rows; ++i) {
    for (const int64_t j : near.row(i)) same += i % 5 == j % 5;
  }
  return static_cast<double>(same) / static_cast<double>(5 * points.rows);
}

TEST(UmapCurve, IsThatOfUmapLearn) {
  const auto fixture = nlohmann::json::parse(std::ifstream(TEST_DATA "/umap.json"));
  for (const auto& [min_dist, a, b] :
       fixture["curves"].get<std::vector<std::tuple<double, double, double>>>()) {
    const UmapCurve curve = umap_curve(min_dist);
    EXPECT_NEAR(curve.a, a, 1e-3) << min_dist;
    EXPECT_NEAR(curve.b, b, 1e-3) << min_dist;
  }
}

TEST(UmapMoves, AreThePlainOnes) {
  constexpr int64_t n = 203;  // no multiple of a vector
  Random random(4, Stream::subset);
  std::vector<float> places(2 * (n + umap_spare)), moved(places.size());
  for (float& place : places) place = static_cast<float>(random.uniform(0, 5));
  std::copy_n(places.begin(), 2, places.begin() + 2);  // two at one place
  UmapEdges edges{.starts = {0}, .columns = {}, .shares = {}};
  for (int64_t i = 0; i < n; ++i) {
    for (uint32_t k = random.below(6) + 1; k > 0; --k) {
      edges.columns.push_back(static_cast<int32_t>(random.below(n)));
      edges.shares.push_back(random.bits() | 1u << 28);
    }
    edges.starts.push_back(std::ssize(edges.columns));
  }
  edges.columns[static_cast<size_t>(edges.starts[1])] = 0;  // and joined
  std::vector<int32_t> identities(n + umap_spare);
  std::iota(identities.begin(), identities.end(), 0);
  for (const int number : {2, 7}) {
    const UmapEpoch epoch{.curve = umap_curve(0.1),
                          .number = number,
                          .key = 77,
                          .rate = 0.6f,
                          .pulls = number == 2 ? 2 : 1,
                          .map = std::span(places).first(2 * n)};
    move_points(epoch, edges, 0, n, identities, places, moved);
    for (size_t i = 0; i < n; ++i) {
      const auto plain = PlainMoves(epoch).moved(edges, static_cast<int64_t>(i), identities[i],
                                                 {places[2 * i], places[2 * i + 1]});
      EXPECT_NEAR(moved[2 * i], plain.x, 2e-3) << i;
      EXPECT_NEAR(moved[2 * i + 1], plain.y, 2e-3) << i;
    }
  }
}

TEST(Umap, KeepsClustersApart) {
  EXPECT_GT(kept_apart(finished(umap_of(clusters(500, 3)))), 0.99);
}

TEST(Umap, GoesOnToTheSameBytesAndOnAnyNumberOfThreads) {
  const Matrix rows = clusters(1100, 2);
  const UmapOptions brief{.epochs = 12, .seed = 3};
  const Matrix whole = finished(umap_of(rows, brief));
  for (const int threads : {1, 2, 3}) {
    const Threads some(threads);
    Umap first = umap_of(rows, brief), next = umap_of(rows, brief);
    for (int i = 0; i < 5; ++i) first.advance();
    next.restore(first.state());
    EXPECT_EQ(finished(next).values, whole.values) << threads;
    EXPECT_THROW(umap_of(clusters(10, 2), brief).restore(first.state()), Error);
  }
  EXPECT_NE(finished(umap_of(rows, {.epochs = 12, .seed = 4})).values, whole.values);
}

TEST(Umap, OfVeryFewOrEqualPointsIsFinite) {
  for (const int64_t n : {2, 3, 40}) {
    for (const Matrix& rows : {clusters(n, 2), Matrix(n, 8)}) {
      for (const float value : finished(umap_of(rows)).values) EXPECT_TRUE(std::isfinite(value));
    }
  }
  EXPECT_THROW(Umap(joined(clusters(9, 2)), clusters(9, 2), {}), Error);
}

TEST(PlaceByUmap, PutsNewPointsIntoTheirClusterEachOnItsOwn) {
  const Matrix rows = clusters(600, 3);
  const Matrix map = finished(umap_of(rows));
  Matrix new_rows = clusters(650, 3);
  new_rows.values.erase(new_rows.values.begin(), new_rows.values.begin() + rows.rows * rows.cols);
  new_rows.rows = 50;
  const Neighbors near = find_neighbors(new_rows, rows, 15);
  const Matrix places = place_by_umap(near, map, {});
  const Neighbors beside = find_neighbors(places, map, 5);
  for (int64_t i = 0; i < 50; ++i) {
    for (const int64_t j : beside.row(i)) EXPECT_EQ(j % 5, i % 5) << i;
  }
  Matrix alone(1, 8);
  std::ranges::copy(new_rows.row(49), alone.row(0).begin());
  const Matrix place = place_by_umap(find_neighbors(alone, rows, 15), map, {});
  EXPECT_EQ(place.row(0)[0], places.row(49)[0]);
  EXPECT_EQ(place.row(0)[1], places.row(49)[1]);
}

/// A ring of n points, each joined to the next.
SparseRows ring(int64_t n) {
  SparseRows rows{.starts = {0}, .columns = {}, .values = {}};
  for (int64_t i = 0; i < n; ++i) {
    const auto before = static_cast<int32_t>((i + n - 1) % n);
    const auto after = static_cast<int32_t>((i + 1) % n);
    rows.columns.push_back(std::min(before, after));
    rows.columns.push_back(std::max(before, after));
    rows.values.insert(rows.values.end(), 2, 1.0f);
    rows.starts.push_back(std::ssize(rows.columns));
  }
  return rows;
}

TEST(SpectralPlaces, OfARingAreACircle) {
  const SparseRows weights = ring(120);
  const auto places = spectral_places(weights);
  ASSERT_TRUE(places.has_value());
  const double radius = std::hypot(places->row(0)[0], places->row(0)[1]);
  for (int64_t i = 0; i < 120; ++i) {
    EXPECT_NEAR(std::hypot(places->row(i)[0], places->row(i)[1]) / radius, 1, 0.05);
    const auto next = places->row((i + 1) % 120);
    EXPECT_NEAR(std::hypot(places->row(i)[0] - next[0], places->row(i)[1] - next[1]) / radius,
                2 * std::sin(M_PI / 120), 0.02);
  }
  const Threads three(3);
  EXPECT_EQ(spectral_places(weights)->values, places->values);
}

TEST(SpectralPlaces, OfPartsOrFewPointsAreNone) {
  EXPECT_FALSE(spectral_places(ring(8)).has_value());
  EXPECT_FALSE(spectral_places(joined(clusters(500, 30))).has_value());
}

}  // namespace
}  // namespace tsimcne
