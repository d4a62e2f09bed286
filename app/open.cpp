#include "app/commands.hpp"
#include "app/learning.hpp"
#include "app/page_options.hpp"
#include "app/setting_options.hpp"

namespace tsimcne {

std::pair<CLI::App*, Action> add_open(CLI::App& app) {
  CLI::App* open = app.add_subcommand(
      "open", "Make a map of images, or go on with one, and look at it; the word can be left out");
  const auto options = std::make_shared<FitOptions>();
  open->fallthrough();  // for --config, which CLI11 reads before any subcommand
  open->add_option("-o,--output", options->run,
                   "The run's folder [of photos/: photos.map beside it]")
      ->type_name("RUN")
      ->group("Run");
  open->add_flag("--force", options->force, "Make the map anew where there is one")->group("Run");
  add_page_options(*open, options->page);
  add_setting_options(*open, options->settings);
  open->footer(
      "Examples:\n"
      "  tsimcne photos/\n"
      "  tsimcne photos/ --budget 1h\n"
      "  tsimcne photos.map");
  return {open, [open, options] {
            options->given = given_settings(*open, options->settings);
            run_open(*options);
          }};
}

}  // namespace tsimcne
