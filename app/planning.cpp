#include "app/planning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/algorithm_cache.hpp"
#include "app/progress.hpp"
#include "tsimcne/train/plan.hpp"

namespace tsimcne {
namespace {

constexpr double least_default = 120;  // seconds
constexpr double coffee_break = 1200;  // seconds, for as many images:
constexpr double coffee_images = 60'000;
constexpr double measured_share = 0.01;  // of the budget, for each of four measurements
constexpr double kept_back = 0.03;       // of the budget, for what no measurement foresees
constexpr double files_of_image = 4e-5;  // seconds to write an image's part of the run's files

/// Between a fixed time and a fixed number of epochs.
double default_budget(int64_t images) {
  return std::max(least_default,
                  coffee_break * std::sqrt(static_cast<double>(images) / coffee_images));
}

void say_plan(const Recipe& recipe, const Speed& speed, int64_t images, double budget) {
  fmt::print("Plan for {}: {}, {}", duration(budget), recipe.backbone,
             recipe.stages.size() == 1 ? "" : "stages of ");
  for (size_t i = 0; i < recipe.stages.size(); ++i) {
    fmt::print("{}{:g}", i == 0 ? "" : ", ", recipe.stages[i].epochs);
  }
  fmt::print(" epochs; training and map take {}.\n", duration(seconds_of(recipe, images, speed)));
  const double again = seconds_of(recipe.stages[0], recipe, images, speed);
  fmt::print("Twice the epochs of the first stage, which make a better map: --budget {:.0f}m\n",
             std::ceil((budget + again) / 60));
  std::fflush(stdout);
}

}  // namespace

void plan_epochs(FitOptions& options, const ImageSet& images,
                 std::chrono::steady_clock::time_point start) {
  const int64_t n = images.size();
  const double budget = options.budget > 0 ? options.budget : default_budget(n);
  const Recipe recipe = recipe_of(options);
  const Speed speed = measure_speed(recipe, images,
                                    {.seed = options.seed,
                                     .device = options.device,
                                     .algorithms = algorithms_of(options),
                                     .weights = options.weights,
                                     .start_from = options.start_from},
                                    std::clamp(measured_share * budget, 1.0, 4.0));
  const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - start;
  const double left =
      budget * (1 - kept_back) - gone.count() - files_of_image * static_cast<double>(n);
  const Recipe planned = fit_into(recipe, left, n, speed);
  say_plan(planned, speed, n, budget);
  options.epochs = epochs_of(planned);
  if (!options.deterministic) options.algorithms = speed.algorithms;
}

}  // namespace tsimcne
