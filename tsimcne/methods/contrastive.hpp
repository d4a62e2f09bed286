#pragma once

#include <vector>

#include "tsimcne/methods/making.hpp"
#include "tsimcne/train/recipe.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

// t-SimCNE (Boehm, Berens, Kobak, ICLR 2023) and SimCLR (Chen et al., ICML 2020): a network is
// trained so that two views of an image are near each other and far from those of others. They
// differ in their recipe.

std::vector<Setting> contrastive_settings();
extern const Making contrastive_making;

/// The recipe that settled settings describe.
Recipe recipe_of(const Settings& settings);

/// The setting --dictionary of the recipe's dictionary.
std::vector<double> dictionary_setting(const Recipe& recipe);

/// The epochs of each stage.
std::vector<double> epochs_of(const Recipe& recipe);

/// Whether the epochs are to be planned, from the budget and the images.
bool wants_plan(const Settings& settings);

/// How settled settings set up a training.
TrainerOptions trainer_options(const Settings& settings);

}  // namespace tsimcne
