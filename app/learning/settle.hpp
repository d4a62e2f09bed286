#pragma once

#include <string>
#include <vector>

#include "app/fit_options.hpp"
#include "tsimcne/train/recipe.hpp"

namespace tsimcne {

/// Checks the options together and replaces what is left to the recipe and the machine by what
/// they say; paths become absolute. Throws an Error in one sentence.
FitOptions settle(const FitOptions& options);

/// The recipe that settled options describe.
Recipe recipe_of(const FitOptions& options);

/// The epochs of each stage.
std::vector<double> epochs_of(const Recipe& recipe);

/// What to give Trainer as algorithms: those of the options, or of earlier runs on this machine.
std::string algorithms_of(const FitOptions& options);

}  // namespace tsimcne
