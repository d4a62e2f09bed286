#pragma once

#include "app/explore_options.hpp"
#include "app/fit_options.hpp"
#include "app/transform_options.hpp"
#include "tsimcne/run/run_folder.hpp"

namespace tsimcne {

// What commands do that need a network. Loading libtorch takes half a second, so there are two
// programs of the same commands: `tsimcne` has none of it (app/front/), and where it comes to one
// of these it becomes `tsimcne-learn`, which has it (app/learning/), with the same arguments.

/// To be called with the program's own arguments before any is read: a command that needs a network
/// whatever its options goes to `tsimcne-learn` from here, so that a config may be a pipe.
void begin(char** arguments);

void run_open(const FitOptions& options);
void run_fit(const FitOptions& options);
void run_transform(const TransformOptions& options);
void run_explore(const ExploreOptions& options);

/// How far the training of a run has come, from its checkpoint.
void print_stages(const RunFolder& run);

/// All backbones, and what they cost.
void print_backbones();

}  // namespace tsimcne
