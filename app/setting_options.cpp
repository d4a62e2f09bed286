#include "app/setting_options.hpp"

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

/// The input is the word after the command; all others are options.
std::string option_name(const Setting& setting) {
  return setting.name == "input" ? setting.name : "--" + setting.name;
}

/// What CLI11 hands over goes through the setting's own check.
void give(Settings& settings, const std::string& name, const std::vector<std::string>& words) {
  try {
    settings.give(name, words);
  } catch (const Error& error) {
    throw CLI::ValidationError(error.what());
  }
}

}  // namespace

void add_setting_options(CLI::App& command, Settings& settings) {
  for (const Setting& setting : settings.declared()) {
    CLI::Option* option = nullptr;
    if (setting.kind == Setting::Kind::flag) {
      option = command.add_flag_function(
          option_name(setting),
          [&settings, name = setting.name](int64_t count) {
            give(settings, name, {count > 0 ? "true" : "false"});
          },
          setting.sentence);
    } else {
      option = command.add_option_function<std::vector<std::string>>(
          option_name(setting),
          [&settings, name = setting.name](const std::vector<std::string>& words) {
            give(settings, name, words);
          },
          setting.sentence);
      const bool is_list =
          setting.kind == Setting::Kind::numbers || setting.kind == Setting::Kind::wholes;
      const bool are_paths = setting.kind == Setting::Kind::paths;
      option
          ->expected(1, is_list     ? static_cast<int>(setting.most_numbers)
                        : are_paths ? CLI::detail::expected_max_vector_size
                                    : 1)
          ->allow_extra_args(are_paths)
          ->type_name(setting.type)
          ->default_str(setting.initial);
    }
    option->group(setting.group);
    if (setting.name == "input") option->group("Positionals");
  }
}

std::vector<std::string> given_settings(const CLI::App& command, const Settings& settings) {
  std::vector<std::string> names;
  for (const Setting& setting : settings.declared()) {
    if (command.count(option_name(setting)) > 0) names.push_back(setting.name);
  }
  return names;
}

}  // namespace tsimcne
