#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tsimcne/run/run_settings.hpp"

namespace tsimcne {

/// What `tsimcne fit` can be told: a run's settings, and what is to be done.
struct FitOptions {
  Settings settings = run_settings();
  std::vector<std::string> given;  // of the settings, by name
  std::filesystem::path run;
  bool watch = false;
  bool force = false;
  bool resume = false;
};

}  // namespace tsimcne
