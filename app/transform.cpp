#include "app/commands.hpp"
#include "app/learning.hpp"

namespace tsimcne {

std::pair<CLI::App*, Action> add_transform(CLI::App& app) {
  CLI::App* transform = app.add_subcommand("transform", "Place new images on a learned map");
  const auto options = std::make_shared<TransformOptions>();
  transform->add_option("run", options->run, "The run whose network places them")
      ->required()
      ->type_name("RUN");
  transform->add_option("input", options->inputs, "Images, in any form that fit takes")
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
