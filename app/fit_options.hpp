#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/explore_options.hpp"
#include "tsimcne/run/run_settings.hpp"

namespace tsimcne {

/// What `tsimcne fit` can be told: a run's settings, and what is to be done.
struct FitOptions {
  Settings settings = run_settings();
  std::vector<std::string> given;  // of the settings, by name
  std::filesystem::path run;       // empty: where the input's usually is
  ExploreOptions page{};           // how the page is served, where one is
  bool watch = false;
  bool force = false;
  bool resume = false;
};

}  // namespace tsimcne
