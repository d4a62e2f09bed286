#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "app/commands.hpp"
#include "app/fit_options.hpp"
#include "app/open_browser.hpp"
#include "app/progress.hpp"
#include "app/run_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/explore/page.hpp"
#include "tsimcne/explore/server.hpp"
#include "tsimcne/train/model.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

struct ExploreOptions {
  fs::path run, metadata, output;
  std::string host = "127.0.0.1";
  int port = 0;
  int threads = 0;
  bool no_browser = false;
  bool force = false;
};

Exhibit exhibit_of(const ExploreOptions& options) {
  const RunFolder run = RunFolder::read(options.run);
  Exhibit exhibit;
  exhibit.title = run.name();
  exhibit.map = read_map(options.run, fs::exists(options.run / "features.npy"));
  if (fs::exists(run.pack())) exhibit.images = read_pack(run.pack());
  if (!options.metadata.empty()) {
    exhibit.metadata = read_metadata(options.metadata, exhibit.map.catalog);
  }
  const fs::path input = read_config(run.config()).input;
  if (fs::is_directory(input)) exhibit.originals = input;
  return exhibit;
}

void export_exhibit(const ExploreOptions& options) {
  if (options.output.extension() != ".html") {
    fail("--export {}: the name must end in .html", options.output.string());
  }
  refuse_to_overwrite(options.output, options.force);
  Exhibit exhibit = exhibit_of(options);
  const OwnLabels own(options.run / labels_file, exhibit.map.catalog);
  if (!own.names().empty()) {
    exhibit.metadata.push_back({own_label, categories_of(own.names())});
  }
  LiveLine line;
  export_page(exhibit, options.output, [&](const char* doing, int64_t done, int64_t total) {
    line.show(fmt::format("{} {} of {} images", doing, done, total));
  });
  line.clear();
  fmt::print("A page of {} images is in {} ({:.1f} MB); it needs no other file\n",
             exhibit.map.size(), options.output.string(),
             static_cast<double>(fs::file_size(options.output)) / 1e6);
}

/// The run's own network, which is read when the first image comes.
PlaceImage placing_of(const fs::path& run) {
  if (!fs::exists(RunFolder::read(run).model())) return {};
  const auto model = std::make_shared<std::optional<Model>>();
  return [run, model](std::string_view file) {
    if (!*model) *model = load_model(run);
    const auto* bytes = reinterpret_cast<const uint8_t*>(file.data());
    const ImageSet image =
        image_of_content({bytes, file.size()}, (*model)->side(), (*model)->fit());
    const Map placed = (*model)->transform(image);
    return Placed{placed.points.values, placed.features.values};
  };
}

void serve_exhibit(const ExploreOptions& options) {
  Server server(exhibit_of(options), {.host = options.host,
                                      .port = options.port,
                                      .folder = options.run,
                                      .place = placing_of(options.run)});
  fmt::print("The map is at {}\nCtrl-C ends this\n", server.address());
  std::fflush(stdout);
  if (!options.no_browser) open_browser(server.address());
  server.serve();
}

void run_explore(const ExploreOptions& options) {
  use_threads(options.threads);
  if (options.output.empty()) {
    serve_exhibit(options);
  } else {
    export_exhibit(options);
  }
}

}  // namespace

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
  explore->add_option("--port", options->port, "Where to serve; 0: a free port")
      ->check(CLI::Range(0, 65535))
      ->type_name("N")
      ->capture_default_str();
  explore
      ->add_option("--host", options->host,
                   "The address to serve at; others than this machine's need the token printed")
      ->type_name("ADDRESS")
      ->capture_default_str();
  explore->add_option("--threads", options->threads, "Processor cores to use [all]")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  explore->add_flag("--no-browser", options->no_browser, "Only print the address");
  explore->add_flag("--force", options->force, "Replace a file that exists");
  explore->footer(
      "Examples:\n"
      "  tsimcne explore map\n"
      "  tsimcne explore map --export map.html");
  return {explore, [options] { run_explore(*options); }};
}

}  // namespace tsimcne
