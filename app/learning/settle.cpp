#include "app/learning/settle.hpp"

#include <fmt/ranges.h>

#include "app/learning/algorithm_cache.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/network/backbones.hpp"
#include "tsimcne/train/model.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

/// The paper's needs a GPU.
std::string default_recipe(const FitOptions& options) {
  return resolve_device(options.device) == "cpu" ? "fast" : "paper";
}

}  // namespace

std::vector<double> epochs_of(const Recipe& recipe) {
  std::vector<double> epochs;
  for (const Stage& stage : recipe.stages) epochs.push_back(stage.epochs);
  return epochs;
}

std::string algorithms_of(const FitOptions& options) {
  if (options.deterministic) return "direct";
  return options.algorithms.empty() ? read_algorithm_cache() : options.algorithms;
}

namespace {

void settle_backbone(const FitOptions& options, Recipe& recipe) {
  if (!options.backbone.empty()) recipe.backbone = options.backbone;
  if (!options.dictionary.empty() && !options.backbone.empty() &&
      options.backbone != dictionary_name) {
    fail("--dictionary is of --backbone dictionary, not of {}; leave one of them out",
         options.backbone);
  }
  if (options.dictionary.empty() && recipe.backbone != dictionary_name) return;
  recipe = on_dictionary(recipe);
  if (options.dictionary.size() > 0) recipe.dictionary.atoms = options.dictionary[0];
  if (options.dictionary.size() > 1) recipe.dictionary.stride = options.dictionary[1];
  if (options.dictionary.size() > 2) recipe.kept_views = options.dictionary[2];
}

/// An encoder that does not learn is not there, or an earlier run's.
void settle_encoder(Recipe& recipe) {
  Stage& first = recipe.stages.front();
  if (first.trains != Trains::encoder) return;
  if (recipe.freeze_backbone || recipe.kept_views == 0) first.epochs = 0;
  if (first.epochs == 0) recipe.kept_views = 0;
}

}  // namespace

Recipe recipe_of(const FitOptions& options) {
  Recipe recipe = recipe_named(options.recipe.empty() ? default_recipe(options) : options.recipe);
  if (!options.epochs.empty() && options.epochs.size() != recipe.stages.size()) {
    fail("--epochs {}: the recipe {} has {} stage{}, so it takes {} number{}",
         fmt::join(options.epochs, ","), recipe.name, recipe.stages.size(),
         recipe.stages.size() == 1 ? "" : "s", recipe.stages.size(),
         recipe.stages.size() == 1 ? "" : "s");
  }
  if (options.out_dim != 0) {
    int changed = 0;
    for (Stage& stage : recipe.stages) {
      if (stage.dimensions > 3) continue;
      stage.dimensions = options.out_dim;
      ++changed;
    }
    if (changed == 0) {
      fail("--out-dim {}: the recipe {} ends in 128 dimensions; take paper or annealed",
           options.out_dim, recipe.name);
    }
  }
  recipe.batch = options.batch;
  settle_backbone(options, recipe);
  for (size_t i = 0; i < options.epochs.size(); ++i) recipe.stages[i].epochs = options.epochs[i];
  recipe.freeze_backbone = options.freeze_backbone;
  settle_encoder(recipe);
  recipe.views = views_of_preset(options.augment);
  if (options.crop_scale.size() == 2) {
    recipe.views.crop_area_low = options.crop_scale[0];
    recipe.views.crop_area_high = options.crop_scale[1];
  }
  validate(recipe);
  return recipe;
}

namespace {

fs::path absolute_path(const fs::path& path) {
  return path.empty() ? path : fs::absolute(path).lexically_normal();
}

/// Network and image size are those of the run that is started from.
void settle_earlier_run(FitOptions& options) {
  if (!options.weights.empty()) {
    fail("--weights and --start-from both say where the backbone's weights come from; give one");
  }
  const Model earlier = load_model(options.start_from, "cpu");
  const std::string& backbone = earlier.recipe().backbone;
  if (!options.backbone.empty() && options.backbone != backbone) {
    fail("--backbone {}: the network of --start-from {} is {}; leave --backbone out",
         options.backbone, options.start_from.string(), backbone);
  }
  options.backbone = backbone;
  if (backbone == dictionary_name) {
    const Recipe& recipe = earlier.recipe();
    options.dictionary = {recipe.dictionary.atoms, recipe.dictionary.stride, recipe.kept_views};
  }
  if (options.image_size == 0) options.image_size = earlier.side();
}

/// Refuses to start from a file that --force would remove first.
void require_start(const FitOptions& options, const fs::path& file) {
  if (!fs::exists(file)) fail("{} is not there", file.string());
  std::error_code none;
  if (options.force && fs::equivalent(file.parent_path(), options.run, none)) {
    fail("{} lies in the run that --force replaces; name another folder with -o", file.string());
  }
}

/// Where training starts from, as far as the options leave it open.
void settle_start(FitOptions& options) {
  options.weights = absolute_path(options.weights);
  options.start_from = absolute_path(options.start_from);
  if (is_script(options.backbone)) options.backbone = absolute_path(options.backbone).string();
  if (!options.start_from.empty()) {
    settle_earlier_run(options);
    require_start(options, options.start_from / "model.safetensors");
  }
  if (!options.weights.empty()) require_start(options, options.weights);
  if (is_script(options.backbone)) require_start(options, options.backbone);
}

}  // namespace

FitOptions settle(const FitOptions& options) {
  FitOptions settled = options;
  settle_start(settled);
  const Recipe recipe = recipe_of(settled);
  settled.recipe = recipe.name;
  if (!wants_plan(settled)) settled.backbone = recipe.backbone;
  if (settled.epochs.empty() && !wants_plan(settled)) settled.epochs = epochs_of(recipe);
  settled.crop_scale = {recipe.views.crop_area_low, recipe.views.crop_area_high};
  if (const int last = recipe.stages.back().dimensions; last <= 3) settled.out_dim = last;
  settled.threads = use_threads(options.threads);
  settled.device = resolve_device(options.device);
  if (fs::exists(options.input)) settled.input = fs::absolute(options.input).lexically_normal();
  settled.labels = absolute_path(options.labels);
  return settled;
}

}  // namespace tsimcne
