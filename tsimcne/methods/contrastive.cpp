#include "tsimcne/methods/contrastive.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "tsimcne/duration.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/measure/collapse.hpp"
#include "tsimcne/methods/algorithm_cache.hpp"
#include "tsimcne/methods/planning.hpp"
#include "tsimcne/methods/training_time.hpp"
#include "tsimcne/network/backbones.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

std::vector<double> epochs_of(const Recipe& recipe) {
  std::vector<double> epochs;
  for (const Stage& stage : recipe.stages) epochs.push_back(stage.epochs);
  return epochs;
}

std::vector<double> dictionary_setting(const Recipe& recipe) {
  const DictionaryOptions& dictionary = recipe.dictionary;
  return {1.0 * dictionary.atoms, 1.0 * dictionary.stride, 1.0 * recipe.kept_views,
          1.0 * dictionary.grain};
}

bool wants_plan(const Settings& settings) {
  if (settings.has("epochs")) return false;
  return settings.has("budget") || settings.text("recipe") == "fast";
}

namespace {

/// Those of the settings, or of earlier runs on this machine.
std::string algorithms_of(const Settings& settings) {
  if (settings.flag("deterministic")) return "direct";
  const std::string own = settings.text("algorithms");
  return own.empty() ? read_algorithm_cache() : own;
}

}  // namespace

TrainerOptions trainer_options(const Settings& settings) {
  return {.seed = static_cast<uint64_t>(settings.whole("seed")),
          .device = settings.text("device"),
          .fit = fit_of(settings),
          .algorithms = algorithms_of(settings),
          .weights = settings.path("weights"),
          .start_from = settings.path("start-from")};
}

namespace {

/// SimCLR and a network that is given have one recipe each; of t-SimCNE's the paper's needs a GPU.
std::string recipe_name(const Settings& settings) {
  if (settings.text("method") != "tsimcne") return settings.text("method");
  if (settings.has("recipe")) return settings.text("recipe");
  return resolve_device(settings.text("device")) == "cpu" ? "fast" : "paper";
}

void set_epochs(const Settings& settings, Recipe& recipe) {
  const std::vector<double> epochs = settings.numbers("epochs");
  if (epochs.empty()) return;
  const size_t stages = recipe.stages.size();
  if (epochs.size() != stages) {
    fail("--epochs {}: the recipe {} has {} stage{}, so it takes {} number{}",
         fmt::join(epochs, ","), recipe.name, stages, stages == 1 ? "" : "s", stages,
         stages == 1 ? "" : "s");
  }
  for (size_t i = 0; i < stages; ++i) recipe.stages[i].epochs = epochs[i];
}

void set_dimensions(const Settings& settings, Recipe& recipe) {
  if (!settings.has("out-dim")) return;
  const auto dimensions = static_cast<int>(settings.whole("out-dim"));
  int changed = 0;
  for (Stage& stage : recipe.stages) {
    if (stage.dimensions > 3) continue;
    stage.dimensions = dimensions;
    ++changed;
  }
  if (changed == 0) {
    fail("--out-dim {}: the recipe {} ends in 128 dimensions; take paper or annealed", dimensions,
         recipe.name);
  }
}

void set_backbone(const Settings& settings, Recipe& recipe) {
  const std::vector<double> dictionary = settings.numbers("dictionary");
  const std::string backbone = settings.text("backbone");
  if (!backbone.empty()) recipe.backbone = backbone;
  if (!dictionary.empty() && !backbone.empty() && backbone != dictionary_name) {
    fail("--dictionary is of --backbone dictionary, not of {}; leave one of them out", backbone);
  }
  if (dictionary.empty() && recipe.backbone != dictionary_name) return;
  recipe = on_dictionary(recipe);
  if (!dictionary.empty()) recipe.dictionary.atoms = static_cast<int>(dictionary[0]);
  if (dictionary.size() > 1) recipe.dictionary.stride = static_cast<int>(dictionary[1]);
  if (dictionary.size() > 2) recipe.kept_views = static_cast<int>(dictionary[2]);
  if (dictionary.size() > 3) recipe.dictionary.grain = static_cast<int>(dictionary[3]);
}

/// An encoder that does not learn is not there, or an earlier run's.
void settle_encoder(Recipe& recipe) {
  Stage& first = recipe.stages.front();
  if (first.learns != Learns::encoder) return;
  if (recipe.freeze_backbone || recipe.kept_views == 0) first.epochs = 0;
  if (first.epochs == 0) recipe.kept_views = 0;
}

}  // namespace

Recipe recipe_of(const Settings& settings) {
  Recipe recipe = recipe_named(recipe_name(settings));
  set_dimensions(settings, recipe);
  recipe.batch = static_cast<int>(settings.whole("batch"));
  set_backbone(settings, recipe);
  set_epochs(settings, recipe);
  recipe.freeze_backbone = settings.flag("freeze-backbone");
  settle_encoder(recipe);
  recipe.views = views_of_preset(settings.text("augment"));
  if (const std::vector<double> area = settings.numbers("crop-scale"); !area.empty()) {
    recipe.views.crop_area_low = area[0];
    recipe.views.crop_area_high = area[1];
  }
  validate(recipe);
  return recipe;
}

namespace {

/// Network and image size are those of the run that is started from.
void settle_earlier_run(Settings& settings) {
  if (settings.has("weights")) {
    fail("--weights and --start-from both say where the backbone's weights come from; give one");
  }
  const fs::path start = settings.path("start-from");
  const Model earlier = load_model(start, "cpu");
  const std::string& backbone = earlier.recipe().backbone;
  if (settings.has("backbone") && settings.text("backbone") != backbone) {
    fail("--backbone {}: the network of --start-from {} is {}; leave --backbone out",
         settings.text("backbone"), start.string(), backbone);
  }
  settings.set("backbone", backbone);
  if (backbone == dictionary_name) {
    settings.set("dictionary", dictionary_setting(earlier.recipe()));
  }
  if (!settings.has("image-size")) settings.set("image-size", int64_t{earlier.side()});
}

/// The files that training starts from.
std::vector<fs::path> start_files(const Settings& settings) {
  std::vector<fs::path> files;
  if (settings.has("start-from"))
    files.push_back(settings.path("start-from") / "model.safetensors");
  if (settings.has("weights")) files.push_back(settings.path("weights"));
  if (is_script(settings.text("backbone"))) files.push_back(settings.path("backbone"));
  return files;
}

/// Where training starts from, as far as the settings leave it open.
void settle_start(Settings& settings) {
  if (const std::string script = settings.text("backbone"); is_script(script)) {
    settings.set("backbone", fs::absolute(script).lexically_normal().string());
  }
  if (settings.has("start-from")) settle_earlier_run(settings);
  for (const fs::path& file : start_files(settings)) {
    if (!fs::exists(file)) fail("{} is not there", file.string());
  }
}

void settle(Settings& settings) {
  if (settings.has("epochs") && settings.has("budget")) {
    fail("--epochs and --budget both say how long to learn; give one");
  }
  settings.set("device", resolve_device(settings.text("device")));
  if (settings.text("method") == "pretrained" && !settings.has("weights") &&
      !is_script(settings.text("backbone"))) {
    fail(
        "--method pretrained needs a network: --weights FILE.safetensors for the --backbone, or "
        "--backbone FILE.pt");
  }
  settle_start(settings);
  const Recipe recipe = recipe_of(settings);
  if (settings.text("method") == "tsimcne") settings.set("recipe", recipe.name);
  if (!wants_plan(settings)) {
    settings.set("backbone", recipe.backbone);
    settings.set("epochs", epochs_of(recipe));
  }
  settings.set("crop-scale",
               std::vector<double>{recipe.views.crop_area_low, recipe.views.crop_area_high});
  if (const int last = recipe.stages.back().dimensions; last <= 3) {
    settings.set("out-dim", int64_t{last});
  }
  check_backbone(recipe, settings.path("weights"), static_cast<int>(settings.whole("image-size")));
}

constexpr double very_long = 2 * 86400;  // seconds after which a plan deserves a word

/// A network in training, by a Trainer.
class Contrastive final : public Method {
 public:
  Contrastive(Trainer trainer, const Settings& settings, std::optional<Plan> plan,
              const Listener& listener)
      : trainer_(std::move(trainer)),
        plan_(std::move(plan)),
        listener_(listener),
        chooses_algorithms_(!settings.flag("deterministic")),
        time_(trainer_) {
    trainer_.show_placing(listener_.counting("reading the features of"));
  }

  void advance() override {
    if (plan_) plan_->revise(trainer_, listener_);
    try {
      trainer_.advance(Until::batch);
    } catch (const Error& error) {
      fail("{}: a smaller --batch, whose learning rate is lower, may help", error.what());
    }
    time_.note_batch();
    const std::optional<TimeLeft> left = time_.left();
    if (warned_ || !left || left->all <= very_long) return;
    listener_.tell(
        fmt::format("This plan takes about {} on this machine. Ctrl-C keeps what is learned at any "
                    "time; --recipe fast and --budget make it shorter.\n",
                    duration(left->all)));
    warned_ = true;
  }

  bool finished() const override { return trainer_.finished(); }
  const std::vector<EpochRecord>& history() const override { return trainer_.history(); }
  Progress progress() const override;
  std::string words_of(const EpochRecord& epoch) const override;
  bool record(Settings& settings) const override;
  Map map(const Listener& listener) const override {
    return trainer_.map(listener.counting("placing"));
  }
  std::string doubts(const Map& map) const override;
  Matrix places(std::span<const int64_t> some) const override { return trainer_.place(some); }
  void save(const fs::path& checkpoint) const override { trainer_.save(checkpoint); }
  void save_function(const fs::path& model, const Listener& listener) const override {
    trainer_.model(listener.counting("placing")).save(model);
  }

 private:
  const Stage& stage() const {
    const std::vector<Stage>& stages = trainer_.recipe().stages;
    return stages[std::min(static_cast<size_t>(trainer_.position().stage), stages.size() - 1)];
  }

  Trainer trainer_;
  std::optional<Plan> plan_;  // where the epochs follow a budget
  Listener listener_;
  bool chooses_algorithms_;
  TrainingTime time_;
  bool warned_ = false;
};

Progress Contrastive::progress() const {
  const Position at = trainer_.position();
  const auto stages = static_cast<int>(trainer_.recipe().stages.size());
  Progress progress{.stage = std::min(at.stage + 1, stages),
                    .stages = stages,
                    .epoch = at.epoch + 1,
                    .epochs = stage().epochs};
  const std::optional<TimeLeft> left = time_.left();
  if (!left || trainer_.finished()) return progress;
  progress.seconds_left = left->all;
  progress.words = fmt::format(
      "stage {}/{}  epoch {}/{:g}  batch {}/{}  loss {:.3f}  {:.0f} views/s  left: {} in this "
      "stage, {} in all",
      progress.stage, stages, progress.epoch, progress.epochs, at.batch,
      trainer_.batches_per_epoch(), trainer_.running().loss, time_.views_per_second(),
      duration(left->stage), duration(left->all));
  return progress;
}

std::string Contrastive::words_of(const EpochRecord& epoch) const {
  const std::vector<Stage>& stages = trainer_.recipe().stages;
  return fmt::format(
      "stage {}/{}  epoch {}/{:g}  loss {:.4f} (attraction {:.4f}, repulsion {:.4f})  rate {:.3g}  "
      "{:.0f} views/s  {}",
      epoch.stage, stages.size(), epoch.epoch, stages[static_cast<size_t>(epoch.stage - 1)].epochs,
      epoch.loss, epoch.attraction, epoch.repulsion, epoch.learning_rate, epoch.views_per_second,
      duration(epoch.seconds));
}

/// The epochs as they are planned by now; and, since after the first batch all algorithms are
/// chosen, these, which the user's next run gets too.
bool Contrastive::record(Settings& settings) const {
  bool changed = false;
  if (std::vector<double> epochs = epochs_of(trainer_.recipe());
      settings.numbers("epochs") != epochs) {
    settings.set("epochs", std::move(epochs));
    changed = true;
  }
  if (settings.has("budget")) {
    settings.leave_open("budget");
    changed = true;
  }
  if (std::string algorithms = trainer_.algorithms();
      chooses_algorithms_ && settings.text("algorithms") != algorithms) {
    add_to_algorithm_cache(algorithms);
    settings.set("algorithms", std::move(algorithms));
    changed = true;
  }
  return changed;
}

/// A map that shows nothing never goes without a word.
std::string Contrastive::doubts(const Map& map) const {
  const std::string collapse = collapse_of(map.points, stage().kernel.ends_with("cosine") ? 0 : 1);
  if (collapse.empty()) return "";
  return fmt::format(
      "{}: the network has not learned to tell these images apart. More --epochs may help, or a "
      "larger --batch, whose learning rate is higher, if training stood still; a smaller one if "
      "the "
      "loss jumped (metrics.jsonl).",
      collapse);
}

const ImageSet& images_in(const Input& input) {
  if (!input.images) {
    fail(
        "a network learns from images, and this input is rows of numbers; methods that take rows "
        "are "
        "{}",
        names_of_row_methods());
  }
  return *input.images;
}

/// A learned network.
class ContrastivePlacing final : public Placing {
 public:
  explicit ContrastivePlacing(Model model) : model_(std::move(model)) {}
  int side() const override { return model_.side(); }
  Fit fit() const override { return model_.fit(); }
  Map transform(const Input& input, const PlacingProgress& progress) const override {
    return model_.transform(images_in(input), progress);
  }

 private:
  Model model_;
};

std::unique_ptr<Method> begin(const Beginning& beginning) {
  auto& [input, settings, start, listener] = beginning;
  const ImageSet& images = images_in(input);
  if (settings.text("device") == "cpu" && !has_cpu_engine()) {
    listener.tell(
        fmt::format("This program trains without its CPU engine ({}), about a third as fast.\n",
                    TSIMCNE_ENGINE_NAME));
  }
  std::optional<Plan> plan;
  if (wants_plan(settings)) plan.emplace(settings, images, start, listener);
  Trainer trainer(recipe_of(settings), images, trainer_options(settings));
  return std::make_unique<Contrastive>(std::move(trainer), settings, std::move(plan), listener);
}

std::unique_ptr<Method> load(const fs::path& checkpoint, const Beginning& beginning) {
  Trainer trainer =
      Trainer::load(checkpoint, images_in(beginning.input), beginning.settings.text("device"));
  return std::make_unique<Contrastive>(std::move(trainer), beginning.settings, std::nullopt,
                                       beginning.listener);
}

std::unique_ptr<Placing> load_placing_of(const fs::path& run, const Settings&,
                                         const std::string& device) {
  return std::make_unique<ContrastivePlacing>(load_model(run, device));
}

}  // namespace

const Making contrastive_making{settle, begin, load, load_placing_of};

}  // namespace tsimcne
