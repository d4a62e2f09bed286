#include "app/fit_options.hpp"

#include <fmt/ranges.h>

#include <map>

#include "tsimcne/error.hpp"
#include "tsimcne/network/backbones.hpp"
#include "tsimcne/train/recipe.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr int most_image_size = 1024;

/// CLI11 keeps what stands between quotes as it is, so a text needs the kind that it does not hold.
std::string quoted(const std::string& text) {
  const char quote = text.find('"') == std::string::npos ? '"' : '\'';
  if (text.find(quote) != std::string::npos || text.find('\n') != std::string::npos) {
    fail(
        "the path {} has both kinds of quotes or a line break, which a config file cannot hold; "
        "rename it or make a link to it",
        text);
  }
  return fmt::format("{0}{1}{0}", quote, text);
}

/// A backbone that is a TorchScript file, which a run may have copied and need no more.
const CLI::Validator script_name(
    [](const std::string& name) { return is_script(name) ? "" : "it does not end in .pt"; },
    "FILE.pt");

std::vector<std::string> backbone_names() {
  std::vector<std::string> names;
  for (const BackboneEntry& backbone : backbones()) names.emplace_back(backbone.name);
  return names;
}

void add_input_options(CLI::App& fit, FitOptions& options) {
  fit.add_option("--labels", options.labels,
                 "A table of labels (path or name, label) instead of those in INPUT")
      ->check(CLI::ExistingFile)
      ->type_name("FILE.csv")
      ->group("Images");
  fit.add_option("--limit", options.limit, "Use this many images, chosen at random [all]")
      ->check(CLI::PositiveNumber)
      ->type_name("N")
      ->group("Images");
  fit.add_option(
         "--image-size", options.image_size,
         "Side of the square images in pixels; more shows finer things and takes its square in "
         "time [their own up to 96, else 64]")
      ->check(CLI::Range(8, most_image_size))
      ->type_name("S")
      ->group("Images");
  fit.add_option("--fit", options.fit,
                 "How other shapes become squares: cut the centre out, or pad")
      ->check(CLI::IsMember({"crop", "pad"}))
      ->type_name("crop|pad")
      ->capture_default_str()
      ->group("Images");
}

void add_method_options(CLI::App& fit, FitOptions& options) {
  fit.add_option(
         "--recipe", options.recipe,
         "fast: a map in minutes on a CPU; paper: three stages, for a GPU and a night; annealed: "
         "one stage narrowed from 128 to 2 dimensions; simclr: the cosine kernel in 128 dimensions "
         "[fast on a CPU, paper on a GPU]")
      ->check(CLI::IsMember({"fast", "paper", "annealed", "simclr"}))
      ->type_name("fast|paper|annealed|simclr")
      ->group("Method");
  fit.add_option(
         "--budget", options.budget,
         "Time for the whole job, decoding to map, as in 90s, 20m or 2h: after a measurement of a "
         "few seconds the epochs are planned to fill it; more time, better map [fast: by the "
         "number of images]")
      ->transform(
          CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"m", 60}, {"h", 3600}},
                                CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::PositiveNumber)
      ->type_name("TIME")
      ->group("Method");
  fit.add_option("--epochs", options.epochs,
                 "Epochs of each stage, instead of a budget; more make a better map [paper: "
                 "1000,50,450; annealed, simclr: 1000]")
      ->delimiter(',')
      ->check(CLI::NonNegativeNumber)
      ->type_name("N,..")
      ->excludes("--budget")
      ->group("Method");
  fit.add_option("--batch", options.batch, "Images a step; more take more memory")
      ->check(CLI::Range(2, 1 << 20))
      ->type_name("B")
      ->capture_default_str()
      ->group("Method");
  const std::vector<std::string> backbones = backbone_names();
  fit.add_option(
         "--backbone", options.backbone,
         "The network; resnet-small is made for CPUs, and tsimcne info --backbones compares "
         "them all; or a TorchScript file [fast: by the budget; else resnet18]")
      ->check(CLI::IsMember(backbones) | script_name)
      ->type_name(fmt::format("{}|FILE.pt", fmt::join(backbones, "|")))
      ->group("Method");
  fit.add_option(
         "--dictionary", options.dictionary,
         "Of --backbone dictionary: how many patterns it tells apart, how many pixels from "
         "patch to patch, and of how many random views of an image its encoder learns; more, "
         "1, and more make a better map [by the budget]")
      ->delimiter(',')
      ->expected(2, 3)
      ->check(CLI::Range(0, 65536))
      ->type_name("ATOMS,STRIDE[,VIEWS]")
      ->group("Method");
  fit.add_option("--out-dim", options.out_dim, "Dimensions of the map [2]")
      ->check(CLI::Range(2, 3))
      ->type_name("2|3")
      ->group("Method");
  fit.add_option("--augment", options.augment,
                 "Random views: natural (photographs), medical (no up and no left, colour counts), "
                 "digits (no mirror, colour counts)")
      ->check(CLI::IsMember({"natural", "medical", "digits"}))
      ->type_name("natural|medical|digits")
      ->capture_default_str()
      ->group("Method");
  fit.add_option("--crop-scale", options.crop_scale,
                 "Smallest and largest share of the area that a view shows; a smaller first number "
                 "asks more of the network [0.2,1]")
      ->delimiter(',')
      ->expected(2)
      ->type_name("LOW,HIGH")
      ->group("Method");
}

void add_start_options(CLI::App& fit, FitOptions& options) {
  fit.add_option("--weights", options.weights,
                 "Pretrained weights of the backbone, named as torchvision names them")
      ->type_name("FILE.safetensors")
      ->group("Start");
  fit.add_option("--start-from", options.start_from,
                 "An earlier run, of these or other images, whose network learns on")
      ->type_name("RUN")
      ->group("Start");
  fit.add_flag("--freeze-backbone", options.freeze_backbone,
               "Train the projection head alone, on the backbone as it starts")
      ->group("Start");
}

void add_run_options(CLI::App& fit, FitOptions& options) {
  fit.add_option("-o,--output", options.run, "The run's folder")
      ->required()
      ->type_name("RUN")
      ->group("Run");
  fit.add_option("--seed", options.seed, "Same seed, same map")
      ->type_name("N")
      ->capture_default_str()
      ->group("Run");
  fit.add_option("--threads", options.threads, "Processor cores to use [all]")
      ->check(CLI::Range(1, 1024))
      ->type_name("N")
      ->group("Run");
  fit.add_option("--device", options.device, "Where to compute; auto: a GPU where there is one")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->type_name("auto|cpu|cuda")
      ->capture_default_str()
      ->group("Run");
  fit.add_flag(
         "--deterministic", options.deterministic,
         "Compute convolutions by one algorithm, the same on every machine of a kind, instead "
         "of the fastest here")
      ->group("Run");
  fit.add_option("--algorithms", options.algorithms)->group("");  // in the config of a run
  fit.add_flag("--watch", options.watch,
               "Show the map in a browser while it is learned (2,000 of the images at most)")
      ->group("Run");
  fit.add_flag("--resume", options.resume, "Go on where the run in RUN stood; needs nothing else")
      ->group("Run");
  fit.add_flag("--force", options.force, "Replace the run in RUN")->group("Run");
}

}  // namespace

void add_options(CLI::App& fit, FitOptions& options) {
  fit.add_option("input", options.input,
                 "A folder of images, a .tar of one, an IDX or CIFAR folder, or fashion-mnist")
      ->type_name("INPUT");
  add_run_options(fit, options);
  add_input_options(fit, options);
  add_method_options(fit, options);
  add_start_options(fit, options);
}

bool wants_plan(const FitOptions& options) {
  return options.epochs.empty() && (options.budget > 0 || options.recipe == "fast");
}

ImageOptions image_options_of(const FitOptions& options) {
  ImageOptions images;
  images.size = options.image_size;
  images.fit = options.fit == "pad" ? Fit::pad : Fit::crop;
  images.labels = options.labels;
  images.limit = options.limit;
  images.seed = options.seed;
  return images;
}

std::vector<std::pair<std::string, std::string>> settings_of(const FitOptions& options) {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"input", quoted(options.input.string())},
      {"recipe", quoted(options.recipe)},
      {"batch", std::to_string(options.batch)},
      {"augment", quoted(options.augment)},
      {"crop-scale", fmt::format("[{}]", fmt::join(options.crop_scale, ", "))},
      {"fit", quoted(options.fit)},
      {"seed", std::to_string(options.seed)},
      {"threads", std::to_string(options.threads)},
      {"device", quoted(options.device)},
      {"deterministic", options.deterministic ? "true" : "false"},
      {"freeze-backbone", options.freeze_backbone ? "true" : "false"}};
  if (!options.backbone.empty()) settings.emplace_back("backbone", quoted(options.backbone));
  if (!options.dictionary.empty()) {
    settings.emplace_back("dictionary", fmt::format("[{}]", fmt::join(options.dictionary, ", ")));
  }
  if (!options.epochs.empty()) {
    settings.emplace_back("epochs", fmt::format("[{}]", fmt::join(options.epochs, ", ")));
  } else if (options.budget > 0) {  // not yet planned
    settings.emplace_back("budget", fmt::format("\"{}s\"", options.budget));
  }
  if (options.out_dim != 0) settings.emplace_back("out-dim", std::to_string(options.out_dim));
  if (options.image_size != 0)
    settings.emplace_back("image-size", std::to_string(options.image_size));
  if (!options.algorithms.empty()) {
    settings.emplace_back("algorithms", quoted(options.algorithms));
  }
  if (options.limit != 0) settings.emplace_back("limit", std::to_string(options.limit));
  for (const auto& [name, path] :
       {std::pair("labels", &options.labels), std::pair("weights", &options.weights),
        std::pair("start-from", &options.start_from)}) {
    if (!path->empty()) settings.emplace_back(name, quoted(path->string()));
  }
  return settings;
}

std::string config_of(const FitOptions& options) {
  std::string text = fmt::format(
      "# tsimcne {}, libtorch {}\n# Replay this run: tsimcne fit --config THIS_FILE -o "
      "RUN\n[fit]\n",
      TSIMCNE_VERSION, TSIMCNE_LIBTORCH_VERSION);
  for (const auto& [name, value] : settings_of(options))
    text += fmt::format("{}={}\n", name, value);
  return text;
}

FitOptions read_config(const fs::path& config) {
  CLI::App app;
  FitOptions options;
  CLI::App* fit = app.add_subcommand("fit");
  add_options(*fit, options);
  app.set_config("--config")->required();
  app.allow_config_extras(CLI::config_extras_mode::error);
  try {
    app.parse(std::vector<std::string>{config.parent_path().string(), "-o", "fit", config.string(),
                                       "--config"});
  } catch (const CLI::ParseError& error) {
    fail("{} cannot be read: {}", config.string(), error.what());
  }
  options.run = config.parent_path();
  return options;
}

}  // namespace tsimcne
