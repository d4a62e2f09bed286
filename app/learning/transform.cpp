#include <filesystem>

#include "app/learning.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "app/summary.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/train/model.hpp"

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

}  // namespace

void run_transform(const TransformOptions& options) {
  const fs::path kind = options.output.extension();
  if (kind != ".csv" && kind != ".npy" && kind != ".npz") {
    fail("-o {}: the name must end in .csv, .npy or .npz", options.output.string());
  }
  refuse_to_overwrite(options.output, options.force);
  use_threads(options.threads);
  const Model model = load_model(options.run, options.device);
  ImageOptions how;
  how.size = model.side();
  how.fit = model.fit();
  how.progress = CountProgress("decoding");
  const ImageSet images = open_images(options.input, how);
  say("{}", summary(images));
  const Map map = model.transform(images, CountProgress("placing"));
  write_output(map, options.output);
  if (!images.skipped().empty()) {
    fs::path skipped = options.output;
    skipped.replace_extension(".skipped.csv");
    write_skipped(images.skipped(), skipped);
    say("The skipped files are listed in {}\n", skipped.string());
  }
  if (!map.note.empty()) say("{}.\n", map.note);
  say("The places of {} images are in {}\n", map.size(), options.output.string());
}

}  // namespace tsimcne
