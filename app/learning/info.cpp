
#include "app/learning.hpp"
#include "app/say.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/run/run_settings.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {
namespace {

constexpr int shown_side = 32;  // of the image whose cost is shown

}  // namespace

void print_stages(const RunFolder& run) {
  // Those of methods on rows have one stage, of which their progress tells.
  if (method_named(read_config(run.config()).text("method")).takes_rows) return;
  const Standing standing = read_standing(run.checkpoint());
  for (size_t i = 0; i < standing.recipe.stages.size(); ++i) {
    const Stage& stage = standing.recipe.stages[i];
    const auto index = static_cast<int>(i);
    const double done = index < standing.position.stage    ? stage.epochs
                        : index == standing.position.stage ? standing.position.epoch
                                                           : 0;
    say("stage {}: {} of {} epochs, {} dimensions, {} kernel{}\n", i + 1, done, stage.epochs,
        stage.dimensions, stage.kernel,
        stage.learns == Learns::last_layer ? ", the last layer alone"
        : stage.learns == Learns::head     ? ", the head alone"
        : stage.learns == Learns::encoder  ? ", the encoder alone"
                                           : "");
  }
  if (!standing.history.empty()) {
    const EpochRecord& last = standing.history.back();
    say("last epoch: loss {:.4f}, {:.0f} views/s\n", last.loss, last.views_per_second);
  }
}

void print_backbones() {
  use_threads(0);
  say("{:<19}{:>8}{:>12}{:>14}  when to take it\n", "backbone", "features", "parameters",
      "multiply-adds");
  for (const BackboneEntry& backbone : backbones()) {
    const BackboneCost cost = cost_of_backbone(backbone.name, shown_side);
    say("{:<19}{:>8}{:>10.1f} M{:>12.0f} M  {}\n", backbone.name, cost.features,
        static_cast<double>(cost.parameters) / 1e6, static_cast<double>(cost.multiply_adds) / 1e6,
        backbone.when);
  }
  say("Multiply-adds are of one image of {0} x {0} pixels; twice the side takes about four "
      "times as many.\n",
      shown_side);
}

}  // namespace tsimcne
