#include <fmt/format.h>

#include <filesystem>

#include "app/commands.hpp"
#include "app/run_folder.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/picture/picture.hpp"

namespace tsimcne {
namespace {

struct PlotOptions {
  std::filesystem::path input, output;
  PictureOptions picture;
  bool force = false;
};

void run_plot(const PlotOptions& options) {
  if (options.output.extension() != ".png") {
    fail("-o {}: the name must end in .png", options.output.string());
  }
  refuse_to_overwrite(options.output, options.force);
  const bool is_archive = options.input.extension() == ".npz";
  const Map map = is_archive ? read_map_npz(options.input) : read_map(options.input, false);
  draw_map(map, options.picture, options.output);
  fmt::print("A picture of {} points is in {}\n", map.size(), options.output.string());
}

}  // namespace

std::pair<CLI::App*, Action> add_plot(CLI::App& app) {
  CLI::App* plot =
      app.add_subcommand("plot", "Draw a map, coloured by label where there are labels");
  const auto options = std::make_shared<PlotOptions>();
  plot->add_option("input", options->input, "A run, or an archive with xy and perhaps labels")
      ->required()
      ->check(CLI::ExistingPath)
      ->type_name("RUN|MAP.npz");
  plot->add_option("-o,--output", options->output, "The picture")
      ->required()
      ->type_name("FILE.png");
  plot->add_option("--width", options->picture.width, "Inches")
      ->check(CLI::Range(1.0, 100.0))
      ->capture_default_str();
  plot->add_option("--height", options->picture.height, "Inches")
      ->check(CLI::Range(1.0, 100.0))
      ->capture_default_str();
  plot->add_option("--dpi", options->picture.dpi, "Pixels an inch")
      ->check(CLI::Range(20.0, 1200.0))
      ->capture_default_str();
  plot->add_flag("--force", options->force, "Replace a file that exists");
  plot->footer("Example:\n  tsimcne plot map -o map.png");
  return {plot, [options] { run_plot(*options); }};
}

}  // namespace tsimcne
