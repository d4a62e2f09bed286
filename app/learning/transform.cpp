#include <filesystem>

#include "app/learning.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/images/summary.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/run/run_folder.hpp"
#include "tsimcne/run/run_settings.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

void write_output(const Map& map, const fs::path& output) {
  if (output.extension() == ".csv") {
    write_map_csv(map, output);
  } else if (output.extension() == ".npz") {
    write_map_npz(map, output);
  } else {
    write_npy({std::span<const float>(map.points.values), {map.points.rows, map.points.cols}},
              output);
  }
}

/// A model that was taken out of its run is t-SimCNE's.
Settings settings_of(const fs::path& run) {
  return is_run(run) ? read_config(RunFolder::read(run).config()) : run_settings();
}

/// What is to be placed, as the map's own input was.
Input input_of(const TransformOptions& options, const Placing& placing) {
  const fs::path& input = options.inputs.front();
  if (options.inputs.size() == 1 && is_number_rows(input)) {
    NumberRows rows = read_number_rows(input);
    return {std::nullopt, std::make_shared<const Matrix>(std::move(rows.numbers)),
            std::move(rows.catalog)};
  }
  if (placing.side() == 0) {
    fail("the map in {} was made of rows of numbers, and {} is none of .npy, .npz and .csv",
         options.run.string(), input.string());
  }
  ImageOptions how;
  how.size = placing.side();
  how.fit = placing.fit();
  how.progress = CountProgress("decoding");
  ImageSet images = open_images(options.inputs, how);
  say("{}", summary(images));
  Catalog catalog = images.catalog();
  return {std::move(images), nullptr, std::move(catalog)};
}

}  // namespace

void run_transform(const TransformOptions& options) {
  const fs::path kind = options.output.extension();
  if (kind != ".csv" && kind != ".npy" && kind != ".npz") {
    fail("-o {}: the name must end in .csv, .npy or .npz", options.output.string());
  }
  refuse_to_overwrite(options.output, options.force);
  use_threads(options.threads);
  const std::unique_ptr<Placing> placing =
      load_placing(options.run, settings_of(options.run), options.device);
  const Input input = input_of(options, *placing);
  const Map map = placing->transform(input, CountProgress("placing"));
  write_output(map, options.output);
  if (input.images && !input.images->skipped().empty()) {
    fs::path skipped = options.output;
    skipped.replace_extension(".skipped.csv");
    write_skipped(input.images->skipped(), skipped);
    say("The skipped files are listed in {}\n", skipped.string());
  }
  if (!map.note.empty()) say("{}.\n", map.note);
  say("The places of {} {} are in {}\n", map.size(), input.images ? "images" : "rows",
      options.output.string());
}

}  // namespace tsimcne
