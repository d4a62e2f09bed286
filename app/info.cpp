#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/commands.hpp"
#include "app/progress.hpp"
#include "app/run_folder.hpp"
#include "app/summary.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/network/backbones.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr size_t classes_shown = 30;

void print_classes(const Catalog& catalog) {
  std::vector<int64_t> counts(catalog.label_names.size());
  for (const int32_t label : catalog.labels) {
    if (label >= 0) ++counts[static_cast<size_t>(label)];
  }
  for (size_t i = 0; i < std::min(counts.size(), classes_shown); ++i) {
    fmt::print("{:>9}  {}\n", counts[i], catalog.label_names[i]);
  }
  if (counts.size() > classes_shown)
    fmt::print("           and {} more\n", counts.size() - classes_shown);
}

void print_sizes(const ImageSet& images) {
  const std::vector<SizeCount> sizes = images.original_sizes();
  for (size_t i = 0; i < std::min(sizes.size(), size_t{5}); ++i) {
    fmt::print("{:>9}  of {} x {} pixels\n", sizes[i].count, sizes[i].width, sizes[i].height);
  }
  if (sizes.size() > 5) fmt::print("           and {} other sizes\n", sizes.size() - 5);
}

void print_images(const ImageSet& images) {
  fmt::print("{}", summary(images));
  print_classes(images.catalog());
  print_sizes(images);
}

void print_stages(const Standing& standing) {
  for (size_t i = 0; i < standing.recipe.stages.size(); ++i) {
    const Stage& stage = standing.recipe.stages[i];
    const auto index = static_cast<int>(i);
    const double done = index < standing.position.stage    ? stage.epochs
                        : index == standing.position.stage ? standing.position.epoch
                                                           : 0;
    fmt::print("stage {}: {} of {} epochs, {} dimensions, {} kernel{}\n", i + 1, done, stage.epochs,
               stage.dimensions, stage.kernel,
               stage.trains == Trains::last_layer ? ", the last layer alone"
               : stage.trains == Trains::head     ? ", the head alone"
                                                  : "");
  }
  if (!standing.history.empty()) {
    const EpochRecord& last = standing.history.back();
    fmt::print("last epoch: loss {:.4f}, {:.0f} views/s\n", last.loss, last.views_per_second);
  }
}

void print_run(const RunFolder& run) {
  fmt::print("{}\n", read_whole_file(run.config()));
  if (fs::exists(run.pack())) print_images(read_pack(run.pack()));
  if (fs::exists(run.checkpoint())) print_stages(read_standing(run.checkpoint()));
  if (!fs::exists(run.path() / "map.csv")) fmt::print("There is no map yet.\n");
}

constexpr int64_t shown_side = 32;  // of the image whose cost is shown

void print_backbones() {
  fmt::print("{:<19}{:>8}{:>12}{:>14}  when to take it\n", "backbone", "features", "parameters",
             "multiply-adds");
  for (const BackboneEntry& backbone : backbones()) {
    const BackboneCost cost = cost_of(*backbone.make(), shown_side);
    fmt::print("{:<19}{:>8}{:>10.1f} M{:>12.0f} M  {}\n", backbone.name, cost.features,
               static_cast<double>(cost.parameters) / 1e6,
               static_cast<double>(cost.multiply_adds) / 1e6, backbone.when);
    std::fflush(stdout);  // the large ones take a second each
  }
  fmt::print(
      "Multiply-adds are of one image of {0} x {0} pixels; twice the side takes about four "
      "times as many.\n",
      shown_side);
}

void print_input(const fs::path& input) {
  if (is_run(input)) return print_run(RunFolder::read(input));
  ImageOptions how;
  how.progress = CountProgress("decoding");
  print_images(open_images(input, how));
}

}  // namespace

std::pair<CLI::App*, Action> add_info(CLI::App& app) {
  CLI::App* info =
      app.add_subcommand("info", "Tell what a run or a dataset holds, or what backbones there are");
  const auto input = std::make_shared<fs::path>();
  const auto lists_backbones = std::make_shared<bool>(false);
  CLI::Option* const input_option =
      info->add_option("input", *input, "A run, or images in any form that fit takes")
          ->type_name("RUN|INPUT");
  info->add_flag("--backbones", *lists_backbones,
                 "List the networks that fit --backbone takes, and what they cost")
      ->excludes(input_option);
  info->footer("Examples:\n  tsimcne info photos/\n  tsimcne info --backbones");
  return {info, [input, lists_backbones] {
            use_threads(0);
            if (*lists_backbones) return print_backbones();
            if (input->empty()) fail("info needs a run or images to look at, or --backbones");
            print_input(*input);
          }};
}

}  // namespace tsimcne
