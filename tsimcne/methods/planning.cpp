#include "tsimcne/methods/planning.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "tsimcne/duration.hpp"
#include "tsimcne/methods/contrastive.hpp"
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

std::string words_of(const Recipe& recipe, const Speed& speed, int64_t images, double budget) {
  std::string words = fmt::format("Plan for {}: {}", duration(budget), recipe.backbone);
  if (recipe.backbone == dictionary_name) {
    const int grain = recipe.dictionary.grain, step = recipe.dictionary.stride * grain;
    words += fmt::format(" of {} patterns{}, a patch every {}", recipe.dictionary.atoms,
                         grain == 1 ? "" : fmt::format(" in means of {0} x {0} pixels", grain),
                         step == 1 ? "pixel" : fmt::format("{} pixels", step));
    if (recipe.kept_views > 0) words += fmt::format(", {} views of an image", recipe.kept_views);
  }
  words += fmt::format(
      ", {}{:g} epochs; training and map take {}.\n", recipe.stages.size() == 1 ? "" : "stages of ",
      fmt::join(epochs_of(recipe), ", "), duration(seconds_of(recipe, images, speed)));
  if (recipe.backbone == dictionary_name) {
    return words + fmt::format("Twice the time makes a better map: --budget {:.0f}s\n", 2 * budget);
  }
  const double again = seconds_of(recipe.stages[0], recipe, images, speed);
  return words + fmt::format(
                     "Twice the epochs of the first stage, which make a better map: --budget "
                     "{:.0f}m\n",
                     std::ceil((budget + again) / 60));
}

}  // namespace

Plan::Plan(Settings& settings, const ImageSet& images, Clock::time_point start,
           const Listener& listener)
    : images_(images.size()) {
  const double budget =
      settings.has("budget") ? settings.number("budget") : default_budget(images_);
  const double to_end = budget * (1 - kept_back) - files_of_image * static_cast<double>(images_);
  end_ = start + std::chrono::duration_cast<Clock::duration>(Seconds(to_end));
  const double measured = std::clamp(measured_share * budget, 0.5, 4.0);
  const TrainerOptions training = trainer_options(settings);
  const auto plan = [&](const Recipe& recipe) {
    speed_ = measure_speed(recipe, images, training, measured);
    return fit_into(recipe, seconds_until(end_), images_, speed_);
  };
  Recipe recipe = recipe_of(settings), planned = recipe;
  const bool open = !settings.has("backbone") && !settings.has("weights") &&
                    images.side() >= recipe.dictionary.patch;
  const int threads = static_cast<int>(settings.whole("cores"));
  if (open && settings.text("device") == "cpu" &&
      leaves_no_time_for_network(recipe, budget, threads)) {
    recipe.backbone = dictionary_name;
  } else if (recipe.backbone != dictionary_name) {
    planned = plan(recipe);
    if (open) recipe.backbone = backbone_for(planned, images_);
  }
  if (recipe.backbone == dictionary_name && !settings.has("dictionary")) {
    recipe = choose_dictionary(recipe, images, training, measured);
    settings.set("dictionary", dictionary_setting(recipe));
    planned = fit_into(recipe, seconds_until(end_), images_, speed_);
  } else if (recipe.backbone != planned.backbone || recipe.backbone == dictionary_name) {
    planned = plan(recipe);
  }
  if (const double least = least_seconds(recipe, images_, speed_); seconds_until(end_) < least) {
    listener.tell(
        fmt::format("A budget of {} is too short for {} images here: this is the shortest plan.\n",
                    duration(budget), images_));
    end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(Seconds(least));
  }
  listener.tell(words_of(planned, speed_, images_, budget));
  settings.set("backbone", planned.backbone);
  settings.set("epochs", epochs_of(planned));
  if (!settings.flag("deterministic")) settings.set("algorithms", speed_.algorithms);
}

/// The largest that leaves time to learn.
Recipe Plan::choose_dictionary(const Recipe& recipe, const ImageSet& images,
                               const TrainerOptions& options, double measured) {
  const std::vector<Recipe> all = with_dictionaries(recipe, images_, images.side());
  Recipe chosen = all.front();
  speed_ = measure_speed(chosen, images, options, measured);
  for (const Recipe& larger : std::span(all).subspan(1)) {
    const Speed speed = measure_speed(larger, images, options, speed_, measured / 4);
    if (!leaves_time_to_learn(larger, seconds_until(end_), images_, speed)) break;
    chosen = larger;
    speed_ = speed;
  }
  return chosen;
}

void Plan::revise(Trainer& trainer, const Listener& listener) const {
  const std::vector<Stage>& stages = trainer.recipe().stages;
  const Position last = {.stage = static_cast<int>(stages.size()) - 1};
  if (trainer.position() != last || stages.back().learns != Learns::head) return;
  const double epochs = head_epochs_for(trainer.recipe(), seconds_until(end_), images_, speed_);
  if (epochs == stages.back().epochs) return;
  listener.tell(
      fmt::format("By the time that is left the last stage takes {:g} epochs in place of {:g}.\n",
                  epochs, stages.back().epochs));
  trainer.set_epochs(epochs);
}

}  // namespace tsimcne
