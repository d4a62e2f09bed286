#include <fmt/format.h>

#include <filesystem>

#include "app/learning.hpp"
#include "app/learning/open_browser.hpp"
#include "app/learning/run_exhibit.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/explore/metadata.hpp"
#include "tsimcne/explore/own_labels.hpp"
#include "tsimcne/explore/page.hpp"
#include "tsimcne/explore/server.hpp"
#include "tsimcne/train/model.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

/// The map with the images that have come since.
Exhibit exhibit_now(const RunFolder& run) {
  Exhibit exhibit = exhibit_of(run);
  LiveLine line;
  const Listener listener{.count = [&](std::string_view doing, int64_t done, int64_t total) {
    line.show(fmt::format("{} {} of {} new images", doing, done, total));
  }};
  const Changes changes = changes_of(run, exhibit.map, listener);
  line.clear();
  if (!changes.note.empty()) say("{}\n", changes.note);
  if (!changes.added && changes.gone.empty()) return exhibit;
  exhibit = with_changes(std::move(exhibit), changes, run);
  say("{}\n", exhibit.map.note);
  return exhibit;
}

Exhibit exhibit_for(const ExploreOptions& options) {
  Exhibit exhibit = exhibit_now(RunFolder::read(options.run));
  if (!options.metadata.empty()) {
    Metadata metadata = read_metadata(options.metadata, exhibit.map.catalog);
    say("{}\n", metadata.told);
    for (Column& column : metadata.columns) exhibit.metadata.push_back(std::move(column));
  }
  return exhibit;
}

void export_exhibit(const ExploreOptions& options) {
  if (options.output.extension() != ".html") {
    fail("--export {}: the name must end in .html", options.output.string());
  }
  refuse_to_overwrite(options.output, options.force, "--export");
  Exhibit exhibit = exhibit_for(options);
  const OwnLabels own(options.run / labels_file, exhibit.map.catalog);
  if (!own.names().empty()) {
    exhibit.metadata.push_back(category_column(own_label, own.names()));
  }
  LiveLine line;
  export_page(exhibit, options.output, [&](const char* doing, int64_t done, int64_t total) {
    line.show(fmt::format("{} {} of {} images", doing, done, total));
  });
  line.clear();
  const int64_t count = exhibit.map.size();
  say("A page of {} image{} is in {} ({:.1f} MB); it needs no other file\n", count,
      count == 1 ? "" : "s", options.output.string(),
      static_cast<double>(fs::file_size(options.output)) / 1e6);
}

void serve_exhibit(const ExploreOptions& options) {
  Server server(exhibit_for(options), {.host = options.host,
                                       .port = options.port,
                                       .public_address = options.public_address,
                                       .folder = options.run,
                                       .place = placing_of(RunFolder::read(options.run))});
  say("The map is at {}\n", server.address());
  if (!options.public_address.empty()) say("The proxy finds it on port {}\n", server.port());
  say("Ctrl-C ends this\n");
  show_way(server.address(), server.port(), options);
  server.serve();
}

}  // namespace

/// Of images it is their map that is meant.
void run_explore(const ExploreOptions& given) {
  ExploreOptions options = given;
  if (!is_run(options.run) && fs::exists(options.run)) {
    const fs::path usual = usual_run_folder({&given.run, 1});
    if (is_run(usual)) options.run = usual;
  }
  use_threads(options.threads);
  if (options.output.empty()) {
    serve_exhibit(options);
  } else {
    export_exhibit(options);
  }
}

}  // namespace tsimcne
