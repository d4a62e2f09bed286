#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tsimcne/settings.hpp"

namespace tsimcne {

/// Adds an option to the command for each setting that is declared. What a person or a config file
/// gives goes into `settings`.
void add_setting_options(CLI::App& command, Settings& settings);

/// The settings that were given, by name.
std::vector<std::string> given_settings(const CLI::App& command, const Settings& settings);

}  // namespace tsimcne
