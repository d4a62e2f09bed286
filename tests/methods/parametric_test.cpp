#include <gtest/gtest.h>

#include <cmath>

#include "tests/temporary_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

/// Rows about two centres.
Input rows_about_centres(int64_t n, int64_t cols = 60) {
  Random random(1, Stream::subset);
  auto rows = std::make_shared<Matrix>(n, cols);
  Catalog catalog;
  for (int64_t i = 0; i < n; ++i) {
    for (float& x : rows->row(i)) x = static_cast<float>(random.uniform(-1, 1));
    rows->row(i)[0] += i % 2 == 0 ? 20.f : -20.f;
    catalog.paths.push_back("row " + std::to_string(i + 1));
    catalog.labels.push_back(-1);
    catalog.splits.push_back(Split::none);
  }
  return {std::nullopt, rows, catalog};
}

class ParametricTest : public testing::TestWithParam<const char*> {
 protected:
  ParametricTest() {
    declared_ = method_named(GetParam()).settings();
    declared_.push_back({.name = "method", .initial = GetParam()});
    declared_.push_back({.name = "seed", .kind = Setting::Kind::whole, .initial = "0"});
    declared_.push_back({.name = "fit", .initial = "crop"});
  }

  Settings settings(const char* epochs = "2") const {
    Settings result(declared_);
    result.give("device", "cpu");
    result.give("epochs", epochs);
    settle_method(result);
    return result;
  }

  std::unique_ptr<Method> finished(const Input& input, Settings settings) const {
    auto method = begin_method({input, settings, std::chrono::steady_clock::now(), listener_});
    while (!method->finished()) method->advance();
    return method;
  }

  std::vector<Setting> declared_;
  Listener listener_;
  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Methods, ParametricTest, testing::Values("ptsne", "pumap"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(ParametricTest, PlacesTheSameRowsAsItsMap) {
  const Input input = rows_about_centres(60);
  const auto method = finished(input, settings());
  method->save_function(folder_.path() / "model.safetensors", listener_);
  const Map map = method->map(listener_);
  const auto placing = load_placing(folder_.path(), settings(), "cpu");
  EXPECT_EQ(placing->side(), 0);
  EXPECT_EQ(placing->transform(input).points.values, map.points.values);
  EXPECT_EQ(map.features.values, input.rows->values);
  EXPECT_THROW(placing->transform(rows_about_centres(5, 59)), Error);
  EXPECT_EQ(method->history().size(), 2u);
}

TEST_P(ParametricTest, GoesOnFromACheckpoint) {
  const Input input = rows_about_centres(60);
  const auto whole = finished(input, settings());
  Settings same = settings();
  const Beginning beginning{input, same, std::chrono::steady_clock::now(), listener_};
  auto begun = begin_method(beginning);
  begun->advance();
  begun->save(folder_.path() / "checkpoint");
  auto resumed = load_method(folder_.path() / "checkpoint", beginning);
  while (!resumed->finished()) resumed->advance();
  EXPECT_EQ(resumed->map(listener_).points.values, whole->map(listener_).points.values);
}

TEST_P(ParametricTest, FillsABudget) {
  Settings open(declared_);
  open.give("device", "cpu");
  open.give("budget", "1s");
  settle_method(open);
  const Input input = rows_about_centres(60);
  const auto method = begin_method({input, open, std::chrono::steady_clock::now(), listener_});
  EXPECT_FALSE(open.has("budget"));
  EXPECT_GE(open.numbers("epochs").front(), 1);
  EXPECT_EQ(method->progress().epochs, open.numbers("epochs").front());
  open.give("budget", "1s");
  EXPECT_THROW(settle_method(open), Error);
}

TEST_P(ParametricTest, TakesFewAndEqualRows) {
  for (const int64_t n : {2, 3, 5}) {
    const Map map = finished(rows_about_centres(n, 3), settings())->map(listener_);
    for (const float x : map.points.values) EXPECT_TRUE(std::isfinite(x));
  }
  Input equal = rows_about_centres(20);
  equal.rows = std::make_shared<Matrix>(20, 4);
  const auto method = finished(equal, settings());
  EXPECT_NE(method->doubts(method->map(listener_)).find("at one place"), std::string::npos);
  EXPECT_THROW(finished(rows_about_centres(1), settings()), Error);
}

TEST_P(ParametricTest, RefusesNumbersThatAreNone) {
  Input input = rows_about_centres(20);
  auto rows = std::make_shared<Matrix>(*input.rows);
  rows->values[17] = NAN;
  input.rows = rows;
  EXPECT_THROW(finished(input, settings()), Error);
  EXPECT_THROW(settings("2,3"), Error);
}

}  // namespace
}  // namespace tsimcne
