#include "tsimcne/measure/linear_probe.hpp"

#include <gtest/gtest.h>

#include "tests/measure/reference.hpp"
#include "tests/threads.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

std::vector<int32_t> labels() {
  return numbers_of<int32_t>(reference()["labels"]);
}

/// The training or test rows; those of the first two classes alone where asked.
std::vector<int64_t> rows(const char* side, bool of_two) {
  auto all = numbers_of<int64_t>(reference()[side]);
  if (of_two) {
    std::erase_if(all, [](int64_t row) { return labels()[static_cast<size_t>(row)] == 2; });
  }
  return all;
}

TEST(LinearProbe, IsScikitLearns) {
  const Matrix features = matrix_of(reference()["features"]);
  const auto& wanted = reference()["probe"];
  const LinearProbe probe = learn_probe(features, labels(), rows("train", false), 1e-12);
  EXPECT_TRUE(probe.converged);
  EXPECT_LT(probe.rounds, 100);
  ASSERT_EQ(probe.classes, (std::vector<int32_t>{0, 1, 2}));
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(probe.offsets[i], wanted["offsets"][i].get<double>(), 1e-6);
    for (size_t c = 0; c < 6; ++c) {
      EXPECT_NEAR(probe.weights[i * 6 + c], wanted["weights"][i][c].get<double>(), 1e-6);
    }
  }
  EXPECT_NEAR(probe_accuracy(probe, features, labels(), rows("test", false)),
              wanted["accuracy"].get<double>(), 1e-6);
}

TEST(LinearProbe, OfTwoClassesIsScikitLearns) {
  const Matrix features = matrix_of(reference()["features"]);
  const auto& wanted = reference()["probe_of_two"];
  const LinearProbe probe = learn_probe(features, labels(), rows("train", true), 1e-12);
  ASSERT_EQ(probe.classes, (std::vector<int32_t>{0, 1}));
  EXPECT_NEAR(probe.offsets[1] - probe.offsets[0], wanted["offsets"][0].get<double>(), 1e-6);
  for (size_t c = 0; c < 6; ++c) {
    EXPECT_NEAR(probe.weights[6 + c] - probe.weights[c], wanted["weights"][0][c].get<double>(),
                1e-6);
  }
  EXPECT_NEAR(probe_accuracy(probe, features, labels(), rows("test", true)),
              wanted["accuracy"].get<double>(), 1e-6);
}

struct Problem {
  Matrix features;
  std::vector<int32_t> labels;
  std::vector<int64_t> rows;
};

/// Three classes along the second column of five; the third column is constant.
Problem thirds(int64_t count) {
  Problem problem{Matrix(count, 5), {}, {}};
  Random random(1, Stream::subset);
  for (int64_t i = 0; i < count; ++i) {
    for (float& value : problem.features.row(i)) value = static_cast<float>(random.uniform());
    problem.features.row(i)[2] = 0.1f;
    problem.labels.push_back(static_cast<int32_t>(3 * problem.features.row(i)[1]) + 4);
    problem.rows.push_back(i);
  }
  return problem;
}

TEST(LinearProbe, TellsWhatALineTells) {
  const Problem problem = thirds(3000);
  const LinearProbe probe = learn_probe(problem.features, problem.labels, problem.rows);
  EXPECT_TRUE(probe.converged);
  EXPECT_EQ(probe.classes, (std::vector<int32_t>{4, 5, 6}));
  EXPECT_EQ(probe.scale[2], 1);
  EXPECT_GT(probe_accuracy(probe, problem.features, problem.labels, problem.rows), 0.97);
}

TEST(LinearProbe, IsTheSameWithAnyNumberOfThreads) {
  const Problem problem = thirds(3000);
  const LinearProbe once = learn_probe(problem.features, problem.labels, problem.rows);
  for (const int threads : {1, 3}) {
    const Threads these(threads);
    const LinearProbe again = learn_probe(problem.features, problem.labels, problem.rows);
    EXPECT_EQ(again.weights, once.weights);
    EXPECT_EQ(again.offsets, once.offsets);
  }
}

TEST(LinearProbe, LearnsFromTwoRows) {
  Matrix features(2, 3);
  features.values = {1, 2, 3, 1, 0, 3};
  const std::vector<int32_t> labels{0, 1};
  const std::vector<int64_t> rows{0, 1};
  const LinearProbe probe = learn_probe(features, labels, rows);
  EXPECT_EQ(probe_accuracy(probe, features, labels, rows), 1);
}

TEST(LinearProbe, NeedsClasses) {
  const std::vector<int32_t> labels{0, 0, -1};
  EXPECT_THROW(learn_probe(Matrix(3, 2), labels, std::vector<int64_t>{0, 1}), Error);
  EXPECT_THROW(learn_probe(Matrix(3, 2), labels, std::vector<int64_t>{0, 2}), Error);
  EXPECT_THROW(learn_probe(Matrix(3, 2), labels, std::vector<int64_t>{}), Error);
}

}  // namespace
}  // namespace tsimcne
