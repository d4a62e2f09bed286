#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/commands.hpp"
#include "app/learning.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/summary.hpp"
#include "tsimcne/run/run_folder.hpp"

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
    say("{:>9}  {}\n", counts[i], catalog.label_names[i]);
  }
  if (counts.size() > classes_shown) say("           and {} more\n", counts.size() - classes_shown);
}

void print_sizes(const ImageSet& images) {
  const std::vector<SizeCount> sizes = images.original_sizes();
  for (size_t i = 0; i < std::min(sizes.size(), size_t{5}); ++i) {
    say("{:>9}  of {} x {} pixels\n", sizes[i].count, sizes[i].width, sizes[i].height);
  }
  if (sizes.size() > 5) say("           and {} other sizes\n", sizes.size() - 5);
}

void print_images(const ImageSet& images) {
  say("{}", summary(images));
  print_classes(images.catalog());
  print_sizes(images);
}

void print_run(const RunFolder& run) {
  if (fs::exists(run.checkpoint())) print_stages(run);
  say("{}\n", read_whole_file(run.config()));
  if (fs::exists(run.pack())) print_images(read_pack(run.pack()));
  if (!fs::exists(run.path() / "map.csv")) say("There is no map yet.\n");
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
            if (*lists_backbones) return print_backbones();
            if (input->empty()) fail("info needs a run or images to look at, or --backbones");
            print_input(*input);
          }};
}

}  // namespace tsimcne
