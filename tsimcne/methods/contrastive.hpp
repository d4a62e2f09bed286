#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tsimcne/methods/method.hpp"
#include "tsimcne/train/recipe.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

// t-SimCNE (Boehm, Berens, Kobak, ICLR 2023) and SimCLR (Chen et al., ICML 2020): a network is
// trained so that two views of an image are near each other and far from those of others. They
// differ in their recipe.

/// Their settings.
std::vector<Setting> contrastive_settings();

/// As settle_method(), begin_method(), load_method() and load_placing() do.
void settle_contrastive(Settings& settings);
std::unique_ptr<Method> begin_contrastive(const Beginning& beginning);
std::unique_ptr<Method> load_contrastive(const std::filesystem::path& checkpoint,
                                         const Beginning& beginning);
std::unique_ptr<Placing> load_contrastive_placing(const std::filesystem::path& run,
                                                  const Settings& settings,
                                                  const std::string& device);

/// The recipe that settled settings describe.
Recipe recipe_of(const Settings& settings);

/// The epochs of each stage.
std::vector<double> epochs_of(const Recipe& recipe);

/// Whether the epochs are to be planned, from the budget and the images.
bool wants_plan(const Settings& settings);

/// How settled settings set up a training.
TrainerOptions trainer_options(const Settings& settings);

}  // namespace tsimcne
