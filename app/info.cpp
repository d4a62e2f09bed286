#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/commands.hpp"
#include "app/learning.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/images/image_formats.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/source.hpp"
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

/// Name and sentence of each, in two columns.
template <typename Entry>
void print_entry(const Entry& entry) {
  say("  {:<39}  {}\n", entry.name, entry.sentence);
}

void print_formats() {
  say("INPUT is one of these, or several of them:\n");
  for (const InputForm& form : input_forms()) print_entry(form);
  say("\nImages in these formats are read, told apart by their first bytes:\n");
  for (const ImageFormat& format : image_formats()) {
    if (can_read(format)) print_entry(format);
  }
  say("\nThese are known and not read:\n");
  for (const ImageFormat& format : image_formats()) {
    if (can_read(format) || !format.is_image) continue;
    say("  {:<39}  {}\n", format.name,
        format.is_meant() ? "libvips was built without it here; convert it to PNG"
                          : format.sentence);
  }
}

void print_inputs(const std::vector<fs::path>& inputs) {
  if (inputs.size() == 1 && is_run(inputs[0])) return print_run(RunFolder::read(inputs[0]));
  ImageOptions how;
  how.progress = CountProgress("decoding");
  print_images(open_images(inputs, how));
}

}  // namespace

std::pair<CLI::App*, Action> add_info(CLI::App& app) {
  CLI::App* info = app.add_subcommand(
      "info", "Tell what a run or a dataset holds, or what backbones and formats there are");
  const auto inputs = std::make_shared<std::vector<fs::path>>();
  const auto lists_backbones = std::make_shared<bool>(false);
  const auto lists_formats = std::make_shared<bool>(false);
  CLI::Option* const input_option =
      info->add_option("input", *inputs, "A run, or images in any form that fit takes")
          ->type_name("RUN|INPUT");
  info->add_flag("--backbones", *lists_backbones,
                 "List the networks that fit --backbone takes, and what they cost")
      ->excludes(input_option);
  info->add_flag("--formats", *lists_formats, "List what is read as images")
      ->excludes(input_option);
  info->footer("Examples:\n  tsimcne info photos/\n  tsimcne info --backbones");
  return {info, [inputs, lists_backbones, lists_formats] {
            if (*lists_backbones) return print_backbones();
            if (*lists_formats) return print_formats();
            if (inputs->empty()) {
              fail("info needs a run or images to look at, or --backbones or --formats");
            }
            print_inputs(*inputs);
          }};
}

}  // namespace tsimcne
