#include "tsimcne/graph/edges.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <utility>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

/// Of four points: the first and the last have no edges, one edge weighs nothing.
SparseRows small_graph(std::vector<float> values = {0, 1, 3, 4}) {
  return {{0, 0, 3, 4, 4}, {0, 2, 3, 1}, std::move(values)};
}

TEST(Edges, AreDrawnInProportionToTheirWeights) {
  const Edges edges(small_graph());
  std::map<std::pair<int64_t, int64_t>, int> drawn;
  for (int i = 0; i < 800; ++i) {
    const Edge edge = edges.at((i + 0.5) / 800);
    ++drawn[{edge.from, edge.to}];
  }
  const std::map<std::pair<int64_t, int64_t>, int> expected{
      {{1, 2}, 100}, {{1, 3}, 300}, {{2, 1}, 400}};
  EXPECT_EQ(drawn, expected);
}

TEST(Edges, AtBothEndsAreEdges) {
  const Edges edges(small_graph());
  EXPECT_EQ(edges.at(0).from, 1);
  EXPECT_EQ(edges.at(0).to, 2);
  for (const double share : {std::nextafter(1.0, 0.0), 1.0}) {
    EXPECT_EQ(edges.at(share).from, 2);
    EXPECT_EQ(edges.at(share).to, 1);
  }
}

TEST(Edges, OfImpossibleWeightsAreRefused) {
  EXPECT_THROW(Edges(small_graph({0, 0, 0, 0})), Error);
  EXPECT_THROW(Edges(small_graph({0, 1, -1, 1})), Error);
  EXPECT_THROW(Edges(small_graph({0, 1, NAN, 1})), Error);
  EXPECT_THROW(Edges(small_graph({0, 1, INFINITY, 1})), Error);
}

}  // namespace
}  // namespace tsimcne
