#include <filesystem>

#include "app/commands.hpp"
#include "app/say.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/picture/picture.hpp"
#include "tsimcne/run/run_folder.hpp"

namespace tsimcne {
namespace {

struct PlotOptions {
  std::filesystem::path input, output;
  std::string style = "points";
  PictureOptions picture;
  bool loss = false;
  bool force = false;
};

bool is_archive(const std::filesystem::path& input) {
  return input.extension() == ".npz";
}

void warn_of(const std::string& doubt) {
  if (!doubt.empty()) warn("Warning: {}\n", doubt);
}

void plot_loss(const PlotOptions& options) {
  if (is_archive(options.input)) {
    fail("{} holds a map and no losses; --loss needs a run's folder", options.input.string());
  }
  warn_of(draw_curves(RunFolder::read(options.input).metrics(), options.picture, options.output));
  say("The curves of {} are in {}\n", options.input.string(), options.output.string());
}

void plot_map(const PlotOptions& options) {
  if (!is_archive(options.input)) require_map(options.input);
  const Map map =
      is_archive(options.input) ? read_map_npz(options.input) : read_map(options.input, false);
  if (!needs_images(options.picture.style)) {
    warn_of(draw_map(map, options.picture, options.output));
  } else if (is_archive(options.input)) {
    fail("{} holds a map and no images; --style {} needs a run's folder", options.input.string(),
         options.style);
  } else {
    const ImageSet images = read_pack(RunFolder::read(options.input).pack());
    warn_of(draw_map(map, images, options.picture, options.output));
  }
  say("A picture of {} points is in {}\n", map.size(), options.output.string());
}

void run_plot(PlotOptions& options) {
  options.picture.style = style_named(options.style);
  refuse_to_overwrite(options.output, options.force);
  if (options.loss) {
    plot_loss(options);
  } else {
    plot_map(options);
  }
}

}  // namespace

std::pair<CLI::App*, Action> add_plot(CLI::App& app) {
  CLI::App* plot = app.add_subcommand(
      "plot", "Draw a map, coloured by label where there are labels, or a run's losses");
  const auto options = std::make_shared<PlotOptions>();
  plot->add_option("input", options->input, "A run, or an archive with xy and perhaps labels")
      ->required()
      ->check(CLI::ExistingPath)
      ->type_name("RUN|MAP.npz");
  plot->add_option("-o,--output", options->output,
                   "The picture: .png, or .svg or .pdf, whose letters and lines stay sharp at any "
                   "size")
      ->required()
      ->type_name("FILE");
  CLI::Option* style =
      plot->add_option("--style", options->style,
                       "points; thumbnails: the images themselves; annotated: points, and around "
                       "them images of the densest places; density: shades and outlines of classes")
          ->check(CLI::IsMember({"points", "thumbnails", "annotated", "density"}))
          ->type_name("points|thumbnails|annotated|density")
          ->capture_default_str();
  CLI::Option* highlight =
      plot->add_option("--highlight", options->picture.highlight,
                       "A class to show in colour, all others in grey; can be given again")
          ->allow_extra_args(false)
          ->type_name("CLASS");
  plot->add_flag("--loss", options->loss,
                 "Draw loss, attraction and repulsion over the run's epochs instead of the map")
      ->excludes(style)
      ->excludes(highlight);
  plot->add_option("--title", options->picture.title, "A line above the picture")
      ->type_name("TEXT");
  plot->add_option("--width", options->picture.width, "Inches")
      ->check(CLI::Range(2.0, 100.0))
      ->capture_default_str();
  plot->add_option("--height", options->picture.height, "Inches")
      ->check(CLI::Range(2.0, 100.0))
      ->capture_default_str();
  plot->add_option("--dpi", options->picture.dpi, "Pixels an inch")
      ->check(CLI::Range(20.0, 1200.0))
      ->capture_default_str();
  plot->add_flag("--force", options->force, "Replace a file that exists");
  plot->footer(
      "Examples:\n"
      "  tsimcne plot map -o map.png\n"
      "  tsimcne plot map -o map.pdf --style annotated --width 3.3 --height 3.3\n"
      "  tsimcne plot map -o cats.svg --highlight cat --highlight dog\n"
      "  tsimcne plot map -o losses.png --loss");
  return {plot, [options] { run_plot(*options); }};
}

}  // namespace tsimcne
