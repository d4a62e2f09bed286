#include "tsimcne/dictionary/embedding.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/layout/directions.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

constexpr int64_t atoms = 60, images = 400, patches_of_image = 10;

/// Codes of images in which some atoms are active more than others.
struct Codes {
  ActiveAtoms active;
  Matrix means{images, atoms};
};

Codes random_codes() {
  Codes codes;
  for (int64_t i = 0; i < images; ++i) {
    Random random(1, Stream::dictionary, static_cast<uint32_t>(i));
    const int64_t kind = random.below(6);
    for (int64_t p = 0; p < patches_of_image; ++p) {
      for (int64_t a = 0; a < atoms; ++a) {
        const bool likely = a % 6 == kind || a % 7 == kind;
        if (!random.chance(likely ? 0.3 : 0.05)) continue;
        codes.active.atoms.push_back(static_cast<int32_t>(a));
        codes.means.row(i)[static_cast<size_t>(a)] += 1.0F / patches_of_image;
      }
      codes.active.begin.push_back(std::ssize(codes.active.atoms));
    }
  }
  return codes;
}

using Eigen::MatrixXd;

/// The covariances of codes, with the ridge, and of images' means.
struct Covariances {
  MatrixXd codes, means;
  Eigen::RowVectorXd mean_code;
};

Covariances covariances_of(const Codes& codes) {
  const int64_t patches = codes.active.patches();
  MatrixXd dense = MatrixXd::Zero(patches, atoms);
  for (int64_t p = 0; p < patches; ++p) {
    for (const int32_t atom : codes.active.of_patch(p)) dense(p, atom) = 1;
  }
  const auto covariance = [](const MatrixXd& rows) -> MatrixXd {
    const MatrixXd centred = rows.rowwise() - rows.colwise().mean();
    return centred.transpose() * centred / static_cast<double>(rows.rows());
  };
  Covariances result{covariance(dense), covariance(rows_in(codes.means).cast<double>()),
                     dense.colwise().mean()};
  result.codes.diagonal().array() += 3e-3 * result.codes.diagonal().mean();
  return result;
}

TEST(CodeEmbedding, IsTheLeadingSpaceOfTheGeneralisedProblem) {
  const Codes codes = random_codes();
  const Covariances covariances = covariances_of(codes);
  const Eigen::GeneralizedSelfAdjointEigenSolver<MatrixXd> exact(covariances.means,
                                                                 covariances.codes);
  for (const int64_t left_out : {0, 2}) {
    const int64_t directions = 5 - left_out;  // the kinds of images are six, about a mean
    const CodeEmbedding embedding =
        learn_embedding(codes.active, codes.means, directions, left_out);
    const MatrixXd p = rows_in(embedding.matrix).cast<double>();
    ASSERT_EQ(p.cols(), directions);
    const MatrixXd within = p.transpose() * covariances.codes * p;
    EXPECT_LT((within - MatrixXd::Identity(directions, directions)).cwiseAbs().maxCoeff(), 1e-3);
    const Eigen::VectorXd between = (p.transpose() * covariances.means * p).diagonal();
    const Eigen::VectorXd wanted = exact.eigenvalues().reverse().segment(left_out, directions);
    EXPECT_LT((between - wanted).cwiseAbs().maxCoeff(), 1e-3 * wanted(0)) << between.transpose();
    EXPECT_LT((covariances.mean_code * p - rows_in(embedding.offset).cast<double>())
                  .cwiseAbs()
                  .maxCoeff(),
              1e-5);
  }
}

TEST(CodeEmbedding, HasNoMoreDirectionsThanAtoms) {
  const Codes codes = random_codes();
  EXPECT_EQ(learn_embedding(codes.active, codes.means, 100, 16).matrix.cols, atoms - 16);
}

TEST(LeadingDirections, AreTheEigenvectors) {
  const int64_t n = 300, count = 8;
  Random random(3, Stream::dictionary);
  const Eigen::MatrixXf noise =
      Eigen::MatrixXf::NullaryExpr(n, n, [&] { return static_cast<float>(random.uniform(-1, 1)); });
  const Eigen::MatrixXf rotation = Eigen::HouseholderQR<Eigen::MatrixXf>(noise).householderQ();
  const Eigen::VectorXf values = Eigen::VectorXf::NullaryExpr(
      n, [](int64_t i) { return std::pow(0.5F, static_cast<float>(i)); });
  const Rows matrix = rotation * values.asDiagonal() * rotation.transpose();
  const Rows found =
      leading_directions([&](const Rows& x) { return product(matrix, x); }, n, count);
  for (int64_t i = 0; i < count; ++i) {
    EXPECT_NEAR(std::abs(found.col(i).dot(rotation.col(i))), 1, 1e-4) << i;
  }
}

TEST(LeadingDirections, AreAllOfASmallMatrix) {
  const Rows matrix = Eigen::Vector3f(1, 3, 2).asDiagonal();
  const Rows found = leading_directions([&](const Rows& x) { return product(matrix, x); }, 3, 50);
  ASSERT_EQ(found.cols(), 3);
  EXPECT_NEAR(std::abs(found(1, 0)), 1, 1e-5);
  EXPECT_NEAR(std::abs(found(2, 1)), 1, 1e-5);
  EXPECT_NEAR(std::abs(found(0, 2)), 1, 1e-5);
}

TEST(Products, AreThoseOfMatrices) {
  const Rows a = Rows::Random(301, 70), b = Rows::Random(70, 33), c = Rows::Random(301, 20);
  EXPECT_LT((product(a, b) - (a.lazyProduct(b))).cwiseAbs().maxCoeff(), 1e-4);
  EXPECT_LT((product_of_transposed(a, c) - a.transpose().lazyProduct(c)).cwiseAbs().maxCoeff(),
            1e-4);
}

}  // namespace
}  // namespace tsimcne
