#include "app/learning/planning.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "app/learning/algorithm_cache.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "tsimcne/network/backbones.hpp"

namespace tsimcne {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

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

double seconds_until(Clock::time_point end) {
  return Seconds(end - Clock::now()).count();
}

void say_plan(const Recipe& recipe, const Speed& speed, int64_t images, double budget) {
  say("Plan for {}: {}", duration(budget), recipe.backbone);
  if (recipe.backbone == dictionary_name) {
    const int stride = recipe.dictionary.stride;
    say(" of {} patterns, a patch every {}", recipe.dictionary.atoms,
        stride == 1 ? "pixel" : fmt::format("{} pixels", stride));
    if (recipe.kept_views > 0) say(", {} views of an image", recipe.kept_views);
  }
  say(", {}", recipe.stages.size() == 1 ? "" : "stages of ");
  for (size_t i = 0; i < recipe.stages.size(); ++i) {
    say("{}{:g}", i == 0 ? "" : ", ", recipe.stages[i].epochs);
  }
  say(" epochs; training and map take {}.\n", duration(seconds_of(recipe, images, speed)));
  if (recipe.backbone == dictionary_name) {
    say("Twice the time makes a better map: --budget {:.0f}s\n", 2 * budget);
    return;
  }
  const double again = seconds_of(recipe.stages[0], recipe, images, speed);
  say("Twice the epochs of the first stage, which make a better map: --budget {:.0f}m\n",
      std::ceil((budget + again) / 60));
}

}  // namespace

Plan::Plan(FitOptions& options, const ImageSet& images, Clock::time_point start)
    : images_(images.size()) {
  const double budget = options.budget > 0 ? options.budget : default_budget(images_);
  const double to_end = budget * (1 - kept_back) - files_of_image * static_cast<double>(images_);
  end_ = start + std::chrono::duration_cast<Clock::duration>(Seconds(to_end));
  const double measured = std::clamp(measured_share * budget, 1.0, 4.0);
  const TrainerOptions training{.seed = options.seed,
                                .device = options.device,
                                .algorithms = algorithms_of(options),
                                .weights = options.weights,
                                .start_from = options.start_from};
  const auto plan = [&](const Recipe& recipe) {
    speed_ = measure_speed(recipe, images, training, measured);
    return fit_into(recipe, seconds_until(end_), images_, speed_);
  };
  Recipe recipe = recipe_of(options), planned = recipe;
  const bool open = options.backbone.empty() && options.weights.empty() &&
                    images.side() >= recipe.dictionary.patch;
  if (open && options.device == "cpu" &&
      leaves_no_time_for_network(recipe, budget, options.threads)) {
    recipe.backbone = dictionary_name;
  } else if (recipe.backbone != dictionary_name) {
    planned = plan(recipe);
    if (open) recipe.backbone = backbone_for(planned, images_);
  }
  if (recipe.backbone == dictionary_name && options.dictionary.empty()) {
    const std::vector<Recipe> all = with_dictionaries(recipe, images_);
    recipe = all.front();
    speed_ = measure_speed(recipe, images, training, measured);
    for (const Recipe& larger : std::span(all).subspan(1)) {
      const Speed speed = measure_speed(larger, images, training, speed_, measured / 4);
      if (!leaves_time_to_learn(larger, seconds_until(end_), images_, speed)) break;
      recipe = larger;
      speed_ = speed;
    }
    options.dictionary = {recipe.dictionary.atoms, recipe.dictionary.stride, recipe.kept_views};
    planned = fit_into(recipe, seconds_until(end_), images_, speed_);
  } else if (recipe.backbone != planned.backbone || recipe.backbone == dictionary_name) {
    planned = plan(recipe);
  }
  if (const double least = least_seconds(recipe, images_, speed_); seconds_until(end_) < least) {
    say("A budget of {} is too short for {} images here: this is the shortest plan.\n",
        duration(budget), images_);
    end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(Seconds(least));
  }
  say_plan(planned, speed_, images_, budget);
  options.backbone = planned.backbone;
  options.epochs = epochs_of(planned);
  if (!options.deterministic) options.algorithms = speed_.algorithms;
}

bool Plan::revise(Trainer& trainer, FitOptions& options) const {
  const std::vector<Stage>& stages = trainer.recipe().stages;
  const Position last = {.stage = static_cast<int>(stages.size()) - 1};
  if (trainer.position() != last || stages.back().trains != Trains::head) return false;
  const double epochs = head_epochs_for(trainer.recipe(), seconds_until(end_), images_, speed_);
  if (epochs == stages.back().epochs) return false;
  say("By the time that is left the last stage takes {:g} epochs in place of {:g}.\n", epochs,
      stages.back().epochs);
  trainer.set_epochs(epochs);
  options.epochs = epochs_of(trainer.recipe());
  return true;
}

}  // namespace tsimcne
