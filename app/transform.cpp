#include <fmt/format.h>

#include <filesystem>

#include "app/commands.hpp"
#include "app/progress.hpp"
#include "app/run_folder.hpp"
#include "app/summary.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/npy.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/train/model.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

struct TransformOptions {
  fs::path run, input, output;
  int threads = 0;
  std::string device = "auto";
  bool force = false;
};

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
  fmt::print("{}", summary(images));
  const Map map = model.transform(images, CountProgress("placing"));
  write_output(map, options.output);
  if (!images.skipped().empty()) {
    fs::path skipped = options.output;
    skipped.replace_extension(".skipped.csv");
    write_skipped(images.skipped(), skipped);
    fmt::print("The skipped files are listed in {}\n", skipped.string());
  }
  if (!map.note.empty()) fmt::print("{}.\n", map.note);
  fmt::print("The places of {} images are in {}\n", map.size(), options.output.string());
}

}  // namespace

std::pair<CLI::App*, Action> add_transform(CLI::App& app) {
  CLI::App* transform = app.add_subcommand("transform", "Place new images on a learned map");
  const auto options = std::make_shared<TransformOptions>();
  transform->add_option("run", options->run, "The run whose network places them")
      ->required()
      ->type_name("RUN");
  transform->add_option("input", options->input, "Images, in any form that fit takes")
      ->required()
      ->type_name("INPUT");
  transform->add_option("-o,--output", options->output, "Where the places go")
      ->required()
      ->type_name("FILE.csv|.npy|.npz");
  transform->add_option("--threads", options->threads, "Processor cores to use [all]")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  transform->add_option("--device", options->device, "Where to compute")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->type_name("auto|cpu|cuda")
      ->capture_default_str();
  transform->add_flag("--force", options->force, "Replace a file that exists");
  transform->footer("Example:\n  tsimcne transform map new_photos/ -o places.csv");
  return {transform, [options] { run_transform(*options); }};
}

}  // namespace tsimcne
