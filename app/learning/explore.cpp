#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "app/learning.hpp"
#include "app/learning/open_browser.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/explore/page.hpp"
#include "tsimcne/explore/server.hpp"
#include "tsimcne/train/model.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

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
  say("A page of {} images is in {} ({:.1f} MB); it needs no other file\n", exhibit.map.size(),
      options.output.string(), static_cast<double>(fs::file_size(options.output)) / 1e6);
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
  say("The map is at {}\nCtrl-C ends this\n", server.address());
  if (!options.no_browser) open_browser(server.address());
  server.serve();
}

}  // namespace

void run_explore(const ExploreOptions& options) {
  use_threads(options.threads);
  if (options.output.empty()) {
    serve_exhibit(options);
  } else {
    export_exhibit(options);
  }
}

}  // namespace tsimcne
