#include "tsimcne/train/row_trainer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/temporary_folder.hpp"
#include "tests/threads.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/graph/neighbors.hpp"
#include "tsimcne/random.hpp"
#include "tsimcne/train/model.hpp"

namespace tsimcne {
namespace {

/// Rows of 8 numbers about three centres.
Matrix small_rows(int64_t n = 90) {
  Random random(1, Stream::subset);
  Matrix rows(n, 8);
  for (int64_t i = 0; i < n; ++i) {
    for (float& x : rows.row(i)) x = static_cast<float>(random.uniform(-1, 1));
    rows.row(i)[static_cast<size_t>(i % 3)] += 10;
  }
  return rows;
}

Edges edges_of(const Matrix& rows) {
  const Neighbors near = find_neighbors(rows, std::min<int64_t>(5, rows.rows - 1));
  SparseRows edges;
  for (int64_t i = 0; i <= rows.rows; ++i) edges.starts.push_back(i * near.k);
  edges.columns.assign(near.indices.begin(), near.indices.end());
  edges.values.assign(near.indices.size(), 1);
  return Edges(edges);
}

Recipe small_recipe(const std::string& objective = "infonce") {
  return {.name = "rows",
          .stages = {{.epochs = 4,
                      .learns = Learns::head,
                      .from = From::features,
                      .positive = Positive::edge,
                      .objective = objective,
                      .learning_rate = 0.02,
                      .pace = Pace::one_cycle,
                      .optimizer = OptimizerName::adam,
                      .batch = 32}},
          .backbone = "",
          .hidden = 32,
          .hidden_layers = 2,
          .weight_decay = 0.01};
}

RowTrainer trainer_of(const Recipe& recipe, const Matrix& rows, uint64_t seed = 3) {
  return {recipe, rows, edges_of(rows), seed};
}

void finish(RowTrainer& trainer) {
  while (!trainer.finished()) trainer.advance();
}

/// Of each point's nearest others on the map the share that is of its own centre.
double share_of_own(const Matrix& points) {
  const Neighbors near = find_neighbors(points, 5);
  int64_t own = 0;
  for (int64_t i = 0; i < points.rows; ++i) {
    for (const int64_t j : near.row(i)) own += i % 3 == j % 3 ? 1 : 0;
  }
  return static_cast<double>(own) / static_cast<double>(5 * points.rows);
}

class RowTrainerBy : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Objectives, RowTrainerBy, testing::Values("infonce", "negative-sampling"),
                         [](const auto& test) {
                           return std::string(test.param) == "infonce" ? "infonce" : "negatives";
                         });

TEST_P(RowTrainerBy, LearnsToTellGroupsApart) {
  Recipe recipe = small_recipe(GetParam());
  recipe.stages[0].epochs = 40;
  RowTrainer trainer = trainer_of(recipe, small_rows());
  EXPECT_EQ(trainer.batches_per_epoch(), 3);
  finish(trainer);
  ASSERT_EQ(trainer.history().size(), 40u);
  EXPECT_LT(trainer.history().back().loss, trainer.history().front().loss);
  EXPECT_GT(share_of_own(trainer.points()), 0.97);
}

TEST_P(RowTrainerBy, GoesOnAfterAStopToTheSameNumbers) {
  const TemporaryFolder folder;
  const Matrix rows = small_rows();
  RowTrainer whole = trainer_of(small_recipe(GetParam()), rows);
  finish(whole);
  whole.save(folder.path() / "whole");
  for (const int batches : {0, 1, 4, 6}) {
    RowTrainer begun = trainer_of(small_recipe(GetParam()), rows);
    for (int i = 0; i < batches; ++i) begun.advance();
    begun.save(folder.path() / "begun");
    RowTrainer resumed = trainer_of(small_recipe(GetParam()), rows);
    resumed.restore(folder.path() / "begun");
    finish(resumed);
    EXPECT_EQ(resumed.points().values, whole.points().values) << batches;
    ASSERT_EQ(resumed.history().size(), 4u);
    EXPECT_EQ(resumed.history()[1].loss, whole.history()[1].loss);
  }
}

TEST_P(RowTrainerBy, IsTheSameWithAnyNumberOfThreads) {
  const Matrix rows = small_rows(1500);
  Recipe recipe = small_recipe(GetParam());
  recipe.stages[0].batch = 700;
  recipe.hidden = 256;
  std::vector<float> one;
  for (const int threads : {1, 2, 3}) {
    const Threads some(threads);
    use_threads(threads);
    RowTrainer trainer = trainer_of(recipe, rows);
    finish(trainer);
    if (one.empty()) one = trainer.points().values;
    EXPECT_EQ(trainer.points().values, one) << threads;
  }
  use_threads(0);
}

TEST(RowTrainer, HasAModelThatPlacesItsRowsAsItself) {
  const TemporaryFolder folder;
  const Matrix rows = small_rows();
  const PrincipalAxes axes = principal_axes(rows, 4);
  const Matrix seen = project(axes, source_of(rows));
  RowTrainer trainer = trainer_of(small_recipe(), seen);
  finish(trainer);
  trainer.model(axes).save(folder.path() / "model", {{"method", "ptsne"}});
  const RowModel model = load_row_model(folder.path() / "model", "cpu");
  EXPECT_EQ(model.cols(), 8);
  EXPECT_EQ(model.transform(source_of(rows)).values, trainer.points().values);
  EXPECT_EQ(trainer.place(seen).values, trainer.points().values);
  EXPECT_THROW(model.transform(source_of(seen)), Error);
}

TEST(RowTrainer, SeesRowsAtOneScale) {
  const Matrix rows = small_rows();
  Matrix larger = rows;
  for (float& x : larger.values) x *= 1024;
  RowTrainer one = trainer_of(small_recipe(), rows), other = trainer_of(small_recipe(), larger);
  finish(one);
  finish(other);
  EXPECT_EQ(one.points().values, other.points().values);
}

TEST(RowTrainer, TakesFewAndEqualRows) {
  for (const char* const objective : {"infonce", "negative-sampling"}) {
    for (const int64_t n : {2, 3}) {
      RowTrainer trainer = trainer_of(small_recipe(objective), small_rows(n));
      finish(trainer);
      for (const float x : trainer.points().values) EXPECT_TRUE(std::isfinite(x));
    }
    RowTrainer trainer = trainer_of(small_recipe(objective), Matrix(40, 3));
    finish(trainer);
    for (const float x : trainer.points().values) EXPECT_TRUE(std::isfinite(x));
  }
}

TEST(RowTrainer, RefusesWhatDoesNotFit) {
  const Matrix rows = small_rows();
  EXPECT_THROW(RowTrainer(small_recipe(), small_rows(30), edges_of(rows), 0), Error);
  Recipe recipe = small_recipe();
  recipe.backbone = "resnet18";
  EXPECT_THROW(trainer_of(recipe, rows), Error);
  recipe = small_recipe("negative-sampling");
  recipe.stages[0].kernel = "cosine";
  EXPECT_THROW(trainer_of(recipe, rows), Error);
  recipe = small_recipe();
  recipe.stages[0].learning_rate = 1e6;  // soon far beyond what float holds
  recipe.stages[0].epochs = 100;
  RowTrainer trainer = trainer_of(recipe, rows);
  EXPECT_THROW(finish(trainer), Error);
}

TEST(RowTrainer, RefusesCheckpointsOfOthers) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "checkpoint";
  const Matrix rows = small_rows();
  RowTrainer trainer = trainer_of(small_recipe(), rows);
  trainer.advance();
  trainer.save(file);
  Matrix changed = rows;
  changed.values[7] += 1;
  EXPECT_THROW(trainer_of(small_recipe(), changed).restore(file), Error);
  EXPECT_THROW(trainer_of(small_recipe("negative-sampling"), rows).restore(file), Error);
  EXPECT_THROW(trainer_of(small_recipe(), rows, /*seed=*/4).restore(file), Error);
  const std::string whole = read_whole_file(file);
  write_whole_file(file, whole.substr(0, whole.size() - 9));
  EXPECT_THROW(trainer_of(small_recipe(), rows).restore(file), Error);
}

}  // namespace
}  // namespace tsimcne
