#include "tsimcne/train/feature_neighbors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

/// n rows in groups of consecutive rows: a direction of the group's own plus noise, and in the
/// first column a number that is large and has nothing to do with groups, as brightness has.
Matrix grouped(int64_t n, int64_t group, int64_t columns) {
  Matrix features(n, columns);
  for (int64_t i = 0; i < n; ++i) {
    Random centre(1, Stream::drawing, static_cast<uint32_t>(i / group));
    Random noise(2, Stream::drawing, static_cast<uint32_t>(i));
    for (float& value : features.row(i)) {
      value = static_cast<float>(centre.uniform(-1, 1) + noise.uniform(-0.2, 0.2));
    }
    features.row(i)[0] = static_cast<float>(noise.uniform(-5, 5));
  }
  return features;
}

TEST(FeatureNeighbors, OfNumbersThatAreNotFiniteAreRefusedInASentence) {
  for (const float odd :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Matrix features = grouped(100, 20, 32);
    features.row(99)[31] = odd;
    try {
      feature_neighbors(features, Nearness::whitened, 15, 0);
      FAIL() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("not finite"), std::string::npos) << error.what();
    }
  }
}

TEST(FeatureNeighbors, AreOfTheSameGroup) {
  const Matrix features = grouped(400, 20, 32);
  const Neighbors found = feature_neighbors(features, Nearness::whitened, 5, 0);
  ASSERT_EQ(found.queries, 400);
  ASSERT_EQ(found.k, 5);
  int64_t same = 0;
  for (int64_t i = 0; i < 400; ++i) {
    const auto near = found.row(i);
    EXPECT_EQ(std::set<int64_t>(near.begin(), near.end()).size(), 5u);
    EXPECT_EQ(std::ranges::count(near, i), 0);
    same += std::ranges::count_if(near, [&](int64_t j) { return j / 20 == i / 20; });
  }
  EXPECT_GT(same, 0.95 * 400 * 5);
}

/// Of rows and the same rows at other lengths, each is nearest to itself.
TEST(FeatureNeighbors, ByCosineDoNotLookAtLength) {
  Matrix features = grouped(200, 1, 16);
  for (int64_t i = 0; i < 100; ++i) {
    for (size_t c = 0; c < 16; ++c) features.row(100 + i)[c] = 3 * features.row(i)[c];
  }
  const Neighbors found = feature_neighbors(features, Nearness::cosine, 1, 0);
  for (int64_t i = 0; i < 100; ++i) {
    EXPECT_EQ(found.row(i)[0], 100 + i);
    EXPECT_EQ(found.row(100 + i)[0], i);
  }
}

TEST(FeatureNeighbors, AreFewerInASmallCollection) {
  EXPECT_EQ(feature_neighbors(grouped(200, 20, 8), Nearness::whitened, 15, 0).k, 4);
  EXPECT_EQ(feature_neighbors(grouped(20, 5, 8), Nearness::whitened, 15, 0).k, 1);
  EXPECT_EQ(feature_neighbors(grouped(2, 1, 8), Nearness::whitened, 15, 0).k, 1);
}

/// Beyond that many images, each image's neighbours are among as many chosen ones.
TEST(FeatureNeighbors, OfVeryManyImagesAreAmongChosenOnes) {
  const int64_t n = most_neighbor_references + 700;
  const Matrix features = grouped(n, 50, 4);
  const Neighbors found = feature_neighbors(features, Nearness::whitened, 2, 7);
  ASSERT_EQ(found.queries, n);
  std::set<int64_t> used(found.indices.begin(), found.indices.end());
  EXPECT_LE(std::ssize(used), most_neighbor_references);
  for (int64_t i = 0; i < n; ++i) {
    for (const int64_t j : found.row(i)) {
      ASSERT_NE(i, j);
      ASSERT_GE(j, 0);
      ASSERT_LT(j, n);
    }
  }
}

TEST(FeatureNeighbors, RefuseOneImage) {
  EXPECT_THROW(feature_neighbors(grouped(1, 1, 8), Nearness::whitened, 15, 0), Error);
}

}  // namespace
}  // namespace tsimcne
