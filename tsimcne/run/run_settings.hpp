#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/settings.hpp"

namespace tsimcne {

/// Every setting of a run: its own, and those of all methods, each once.
const std::vector<Setting>& settings_of_runs();

/// Settings of a run that nobody has given yet.
Settings run_settings();

/// Refuses what the method does not take, and puts what follows from the settings, the machine and
/// earlier runs in place of what they leave open; paths become absolute. Throws an Error in one
/// sentence.
void settle(Settings& settings);

/// The input is left as it is where it is the name of a known collection.
void make_paths_absolute(Settings& settings);

/// Whether the input is rows of numbers and not images.
bool takes_rows(const Settings& settings);

/// How the settings open images.
ImageOptions image_options_of(const Settings& settings);

/// The settings as a config file, TOML, that replays the run.
std::string config_of(const Settings& settings);

/// Reads such a file back. Throws an Error where it is damaged, and names what it does not know.
Settings read_config(const std::filesystem::path& config);

/// The same of a config that is in memory; what is thrown may be any exception.
Settings settings_of(std::string_view config);

/// A setting's value as a config has it; "" where it has none, or is not for the method.
std::string entry_of(const Settings& settings, std::string_view name);

/// Throws an Error where a setting is given that says something else than the run was started with.
/// given: as settle() leaves it, of which only what stands in `names` was given by a person.
void refuse_other(const Settings& given, const std::vector<std::string>& names,
                  const Settings& recorded, const std::filesystem::path& run);

}  // namespace tsimcne
