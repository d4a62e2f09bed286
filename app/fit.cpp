#include "app/commands.hpp"
#include "app/learning.hpp"
#include "app/setting_options.hpp"

namespace tsimcne {

std::pair<CLI::App*, Action> add_fit(CLI::App& app) {
  CLI::App* fit = app.add_subcommand("fit", "Learn a map of a collection of images");
  const auto options = std::make_shared<FitOptions>();
  fit->fallthrough();  // for --config, which CLI11 reads before any subcommand
  fit->add_option("-o,--output", options->run,
                  "The run's folder [of photos/: photos.map beside it]")
      ->type_name("RUN")
      ->group("Run");
  fit->add_flag("--watch", options->watch,
                "Show the map in a browser while it is learned (20,000 of the images at most)")
      ->group("Run");
  fit->add_flag("--resume", options->resume, "Go on where the run in RUN stood; needs nothing else")
      ->group("Run");
  fit->add_flag("--force", options->force, "Replace the run in RUN")->group("Run");
  add_setting_options(*fit, options->settings);
  fit->footer(
      "A config file gives options under [fit]: tsimcne fit --config FILE. RUN/config.toml is one, "
      "and replays its run.\n\n"
      "Examples:\n"
      "  tsimcne fit photos/ -o map\n"
      "  tsimcne fit photos/ -o map --budget 1h --watch");
  return {fit, [fit, options] {
            options->given = given_settings(*fit, options->settings);
            run_fit(*options);
          }};
}

}  // namespace tsimcne
