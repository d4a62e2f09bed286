#include "tsimcne/run/changes.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "tsimcne/error.hpp"
#include "tsimcne/images/pack.hpp"
#include "tsimcne/images/source.hpp"
#include "tsimcne/run/run_settings.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

using Paths = std::unordered_set<std::string>;

/// The names in an input that may be images, as those of the run's own images are made of it.
Paths paths_in(const std::vector<fs::path>& inputs) {
  const auto source = open_source(inputs);
  const std::vector<std::string>& paths = source->catalog().paths;
  return {paths.begin(), paths.end()};
}

}  // namespace

Changes changes_of(const RunFolder& run, const Map& map, const Listener& listener) {
  const Settings settings = read_config(run.config());
  Changes changes;
  if (takes_rows(settings) || !fs::exists(run.pack())) return changes;
  const std::vector<fs::path> inputs = settings.paths("input");
  const ImageSet images = read_pack(run.pack());
  if (const std::string stamp = stamp_of_source(inputs);
      !stamp.empty() && stamp == images.source_stamp()) {
    return changes;
  }
  Paths now;
  try {
    now = paths_in(inputs);
  } catch (const Error& error) {
    changes.note = fmt::format("the images are not there any more ({})", error.what());
    return changes;
  }
  Paths known;
  for (int64_t i = 0; i < map.size(); ++i) {
    const std::string& path = map.catalog.paths[static_cast<size_t>(i)];
    if (!now.contains(path)) changes.gone.push_back(i);
    known.insert(path);
  }
  for (const SkippedImage& skipped : images.skipped()) known.insert(skipped.path);
  std::erase_if(now, [&](const std::string& path) { return known.contains(path); });
  if (now.empty() || settings.has("limit") || !fs::exists(run.model())) return changes;
  ImageOptions how = image_options_of(settings);
  how.without = std::move(known);
  how.progress = listener.counting("decoding");
  try {
    changes.added = open_images(inputs, how);
  } catch (const Error& error) {
    changes.note = fmt::format("{} new files are no images that can be read", now.size());
  }
  return changes;
}

}  // namespace tsimcne
