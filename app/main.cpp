#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/help.hpp"
#include "app/learning.hpp"
#include "app/say.hpp"
#include "app/stop.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/instructions.hpp"
#include "tsimcne/run/config_format.hpp"

namespace {

using namespace tsimcne;

constexpr int went_wrong = 1;
constexpr int wrong_use = 2;

/// Letters to insert, delete or replace on the way from one word to the other.
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// " (did you mean --epochs?)" where one of the command's own words is near.
std::string suggestion(const CLI::App& command, const std::string& word) {
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (const CLI::App* other : command.get_subcommands({})) known.push_back(other->get_name());
  const auto nearest = std::ranges::min_element(
      known, {}, [&](const std::string& name) { return edit_distance(name, word); });
  if (nearest == known.end() || edit_distance(*nearest, word) > 3) return "";
  return fmt::format(" (did you mean {}?)", *nearest);
}

/// One sentence that says what is wrong with the command line.
std::string sentence(const CLI::App& app, const CLI::App& command, const CLI::ParseError& error) {
  const bool of_config = dynamic_cast<const CLI::ConfigError*>(&error) != nullptr;
  if (const std::vector<std::string> left = app.remaining(true); !left.empty() && !of_config) {
    const std::string word = left.front().substr(0, left.front().find('='));
    if (&command == &app && !word.starts_with('-')) {
      return fmt::format("\"{}\" is no command, and there is no such file or folder{}", word,
                         suggestion(command, word));
    }
    return fmt::format("\"{}\" is not expected here{}", word, suggestion(command, word));
  }
  constexpr std::string_view unknown = "INI was not able to parse ";
  const std::string_view what = error.what();
  if (!what.starts_with(unknown)) return std::string(what);
  return fmt::format("the config gives {}, which is not known", what.substr(unknown.size()));
}

const CLI::App& chosen_command(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

/// What a report of a problem should tell.
std::string version() {
  return fmt::format(
      "tsimcne {}\n"
      "CPU engine    {}\n"
      "libtorch      {}\n"
      "instructions  {}\n"
      "cores         {}",
      TSIMCNE_VERSION, TSIMCNE_ENGINE_NAME, TSIMCNE_LIBTORCH_VERSION, instructions_in_use(),
      omp_get_num_procs());
}

constexpr const char* first_steps =
    "tsimcne makes a map of a folder of images: similar images near each other.\n\n"
    "  tsimcne photos/                learn the map, in minutes, and look at it in a browser\n"
    "  tsimcne plot photos.map -o map.pdf --style thumbnails\n"
    "                                 a picture of it\n"
    "  tsimcne --help                 all commands\n";

/// The arguments, with the command that may be left out: where they name something to look at and
/// no command.
std::vector<char*> with_command(const CLI::App& app, std::span<char*> arguments) {
  static std::string open = "open";
  std::vector<char*> words(arguments.begin(), arguments.end());
  const auto is_command = [&](const std::string& word) {
    return std::ranges::any_of(app.get_subcommands({}), [&](const CLI::App* command) {
      return command->get_name() == word;
    });
  };
  bool names_something = false;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string word = words[i];
    if (is_command(word)) return words;
    const bool is_value = std::string_view(words[i - 1]) == "--config";
    std::error_code error;
    names_something |=
        !is_value && (is_data_set_name(word) || std::filesystem::exists(word, error));
  }
  if (names_something) words.insert(words.begin() + 1, open.data());
  return words;
}

/// Reads the arguments and does what they say. Returns the exit status.
int run(int argc, char** argv) {
  CLI::App app("Maps of image collections, learned without labels (t-SimCNE)", "tsimcne");
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  app.formatter(std::make_shared<Help>());
  app.set_config("--config", "", "A file that gives options, those of fit under [fit]")
      ->type_name("FILE");
  app.config_formatter(std::make_shared<ConfigFormat>());
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.footer(
      "A first map:\n"
      "  tsimcne photos/\n\n"
      "Each command explains itself: tsimcne fit --help");
  Actions actions;
  for (const auto add : {add_open, add_fit, add_explore, add_plot, add_transform, add_evaluate,
                         add_compare, add_info, add_methods}) {
    actions.insert(add(app));
  }
  static std::vector<char*> words = with_command(app, {argv, static_cast<size_t>(argc)});
  words.push_back(nullptr);
  begin(words.data());
  try {
    app.parse(static_cast<int>(words.size()) - 1, words.data());
  } catch (const CLI::Success& wanted) {
    std::ostringstream text;  // of --help and --version
    const int status = app.exit(wanted, text, text);
    say("{}", text.str());
    return status;
  } catch (const CLI::ParseError& error) {
    const CLI::App& command = chosen_command(app);
    const std::string name = &command == &app ? "tsimcne" : "tsimcne " + command.get_name();
    warn("{}: {}\n{} --help tells more\n", name, sentence(app, command, error), name);
    return wrong_use;
  }
  actions.at (&chosen_command(app))();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  open_what_is_closed();
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // a log is as new as what happened
  try {
    hold_instructions_back();
    if (argc == 1) say("{}", first_steps);
    const int status = argc == 1 ? 0 : run(argc, argv);
    finish_saying();
    return status;
  } catch (const Stopped& stopped) {
    warn("\n{}\n", stopped.what());
    return exit_status_of_stop();
  } catch (const std::bad_alloc&) {
    warn("tsimcne: there is not enough memory; try a smaller --batch or --image-size\n");
  } catch (const std::exception& error) {
    const std::string_view text = error.what();
    warn("tsimcne: {}\n", text.substr(0, text.find('\n')));
  }
  return went_wrong;
}
