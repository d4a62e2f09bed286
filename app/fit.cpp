#include "app/commands.hpp"
#include "app/learning.hpp"

namespace tsimcne {

std::pair<CLI::App*, Action> add_fit(CLI::App& app) {
  CLI::App* fit = app.add_subcommand("fit", "Learn a map of a collection of images");
  const auto options = std::make_shared<FitOptions>();
  fit->fallthrough();  // for --config, which CLI11 reads before any subcommand
  add_options(*fit, *options);
  fit->footer(
      "A config file gives options under [fit]: tsimcne fit --config FILE. RUN/config.toml is one, "
      "and replays its run.\n\n"
      "Examples:\n"
      "  tsimcne fit photos/ -o map\n"
      "  tsimcne fit photos/ -o map --budget 1h --watch");
  return {fit, [fit, options] { run_fit(*fit, *options); }};
}

}  // namespace tsimcne
