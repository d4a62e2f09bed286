#pragma once

#include <CLI/CLI.hpp>

#include "app/explore_options.hpp"

namespace tsimcne {

/// Adds those options to the command that say how its page is served.
void add_page_options(CLI::App& command, ExploreOptions& options);

}  // namespace tsimcne
