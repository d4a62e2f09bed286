#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>

namespace tsimcne {

/// What the chosen subcommand does, once all options are read.
using Action = std::function<void()>;
using Actions = std::map<const CLI::App*, Action>;

/// Each adds its subcommand with all options to `app` and returns it with what it does.
std::pair<CLI::App*, Action> add_open(CLI::App& app);
std::pair<CLI::App*, Action> add_fit(CLI::App& app);
std::pair<CLI::App*, Action> add_methods(CLI::App& app);
std::pair<CLI::App*, Action> add_transform(CLI::App& app);
std::pair<CLI::App*, Action> add_plot(CLI::App& app);
std::pair<CLI::App*, Action> add_explore(CLI::App& app);
std::pair<CLI::App*, Action> add_evaluate(CLI::App& app);
std::pair<CLI::App*, Action> add_compare(CLI::App& app);
std::pair<CLI::App*, Action> add_info(CLI::App& app);

}  // namespace tsimcne
