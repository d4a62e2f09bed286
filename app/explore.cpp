#include "app/commands.hpp"
#include "app/learning.hpp"
#include "app/page_options.hpp"

namespace tsimcne {

std::pair<CLI::App*, Action> add_explore(CLI::App& app) {
  CLI::App* explore = app.add_subcommand("explore", "Look at a map and its images in a browser");
  const auto options = std::make_shared<ExploreOptions>();
  explore->add_option("run", options->run, "The run to look at")->required()->type_name("RUN");
  explore
      ->add_option("--export", options->output,
                   "Write one file that holds all of it and works offline, in place of serving it")
      ->type_name("FILE.html");
  explore
      ->add_option("--metadata", options->metadata,
                   "A table with a header: a row an image, by its path or file name")
      ->type_name("FILE.csv");
  add_page_options(*explore, *options);
  explore->add_option("--threads", options->threads, "Processor cores to use [all]")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  explore->add_flag("--force", options->force, "Replace a file that exists");
  explore->footer(
      "Examples:\n"
      "  tsimcne explore map\n"
      "  tsimcne explore map --export map.html");
  return {explore, [options] { run_explore(*options); }};
}

}  // namespace tsimcne
