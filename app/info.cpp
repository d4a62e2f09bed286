#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/commands.hpp"
#include "app/progress.hpp"
#include "app/run_folder.hpp"
#include "app/summary.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/image_set.hpp"
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

}  // namespace

std::pair<CLI::App*, Action> add_info(CLI::App& app) {
  CLI::App* info = app.add_subcommand("info", "Tell what a run or a dataset holds");
  const auto input = std::make_shared<fs::path>();
  info->add_option("input", *input, "A run, or images in any form that fit takes")
      ->required()
      ->type_name("RUN|INPUT");
  info->footer("Example:\n  tsimcne info photos/");
  return {info, [input] {
            use_threads(0);
            if (is_run(*input)) return print_run(RunFolder::read(*input));
            ImageOptions how;
            how.progress = CountProgress("decoding");
            print_images(open_images(*input, how));
          }};
}

}  // namespace tsimcne
