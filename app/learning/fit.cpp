#include <fmt/format.h>
#include <malloc.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/learning.hpp"
#include "app/learning/algorithm_cache.hpp"
#include "app/learning/planning.hpp"
#include "app/learning/sparing.hpp"
#include "app/learning/training_progress.hpp"
#include "app/learning/watch.hpp"
#include "app/run_folder.hpp"
#include "app/say.hpp"
#include "app/stop.hpp"
#include "app/summary.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/measure/collapse.hpp"
#include "tsimcne/picture/picture.hpp"
#include "tsimcne/train/trainer.hpp"

namespace tsimcne {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes most_lost{5};  // of work, where the program dies

/// The images of the run: decoded now, or, where an earlier program got that far, from its pack.
ImageSet images_of(const FitOptions& options, const RunFolder& run) {
  if (options.resume && std::filesystem::exists(run.pack())) {
    ImageSet images = read_pack(run.pack());
    const std::string stamp = stamp_of_source(options.input);
    if (!stamp.empty() && stamp != images.source_stamp()) {
      fail("{} has changed since the run was started; put the old images back or start a new run",
           options.input.string());
    }
    return images;
  }
  ImageOptions how = image_options_of(options);
  how.pack = run.pack();
  how.progress = CountProgress("decoding");
  return open_images(options.input, how);
}

/// Writes what is known of the run once its images are.
void record(FitOptions& options, const ImageSet& images, const RunFolder& run) {
  options.image_size = images.side();
  write_skipped(images.skipped(), run.skipped());
  write_whole_file(run.config(), config_of(options));
}

/// A trainer at the run's start, or where its checkpoint stands.
Trainer trainer_of(const FitOptions& options, const ImageSet& images, const RunFolder& run) {
  if (options.resume && std::filesystem::exists(run.checkpoint())) {
    return Trainer::load(run.checkpoint(), images, options.device);
  }
  return Trainer(recipe_of(options), images,
                 {.seed = options.seed,
                  .device = options.device,
                  .fit = image_options_of(options).fit,
                  .algorithms = algorithms_of(options),
                  .weights = options.weights,
                  .start_from = options.start_from});
}

/// All that training needs.
struct Begun {
  ImageSet images;
  Trainer trainer;
  std::optional<Plan> plan;  // where the epochs follow a budget
};

/// A new run that cannot begin leaves nothing behind.
Begun begin_run(FitOptions& options, const RunFolder& run) try {
  const auto start = Clock::now();
  const ImageSet images = images_of(options, run);
  say("{}", summary(images));
  if (options.device == "cpu" && !has_cpu_engine()) {
    say("This program trains without its CPU engine ({}), about a third as fast.\n",
        TSIMCNE_ENGINE_NAME);
  }
  std::optional<Plan> plan;
  if (wants_plan(options)) plan.emplace(options, images, start);
  Trainer trainer = trainer_of(options, images, run);
  options.epochs = epochs_of(trainer.recipe());  // a checkpoint's may be older than a revised plan
  record(options, images, run);
  return {images, std::move(trainer), plan};
} catch (const Stopped&) {
  throw;
} catch (...) {
  if (!options.resume) run.discard();
  throw;
}

/// After the first batch all algorithms are chosen: the config of the run gets them, for replays,
/// and the user's cache, for the next run.
void record_algorithms(FitOptions& options, const Trainer& trainer, const RunFolder& run) {
  if (options.deterministic) return;
  std::string algorithms = trainer.algorithms();
  if (options.algorithms == algorithms) return;
  options.algorithms = std::move(algorithms);
  add_to_algorithm_cache(options.algorithms);
  write_whole_file(run.config(), config_of(options));
}

std::string metrics_line(const EpochRecord& epoch) {
  return nlohmann::ordered_json{{"stage", epoch.stage},
                                {"epoch", epoch.epoch},
                                {"loss", epoch.loss},
                                {"attraction", epoch.attraction},
                                {"repulsion", epoch.repulsion},
                                {"learning_rate", epoch.learning_rate},
                                {"dimensions", epoch.dimensions},
                                {"views_per_second", epoch.views_per_second},
                                {"seconds", epoch.seconds}}
             .dump() +
         "\n";
}

/// Writes a line an epoch, of all so far now, and of each later one when it ends.
class Metrics {
 public:
  Metrics(const Trainer& trainer, const RunFolder& run) : trainer_(trainer), path_(run.metrics()) {
    std::string lines;
    for (const EpochRecord& epoch : trainer.history()) lines += metrics_line(epoch);
    write_whole_file(path_, lines);
    written_ = trainer.history().size();
  }

  void add_new() {
    if (written_ == trainer_.history().size()) return;
    std::ofstream out(path_, std::ios::app | std::ios::binary);
    while (written_ < trainer_.history().size())
      out << metrics_line(trainer_.history()[written_++]);
    if (!out.flush()) fail("{} cannot be written: {}", path_.string(), std::strerror(errno));
  }

 private:
  const Trainer& trainer_;
  std::filesystem::path path_;
  size_t written_;
};

/// Trains to the end, or until the program is asked to stop. What is on the disk is never more than
/// five minutes old, and where epochs are long enough, an epoch.
void train(Begun& begun, FitOptions& options, const RunFolder& run, std::optional<Watch>& watch) {
  Trainer& trainer = begun.trainer;
  TrainingProgress progress(trainer);
  trainer.show_placing(CountProgress("reading the features of"));
  Metrics metrics(trainer, run);
  Sparing save(0.01, [&] { trainer.save(run.checkpoint()); });
  save();
  while (!trainer.finished() && !stop_requested()) {
    const size_t epochs = trainer.history().size();
    if (begun.plan && begun.plan->revise(trainer, options)) {
      trainer.save(run.checkpoint());  // a run that dies goes on by the same plan
      write_whole_file(run.config(), config_of(options));
    }
    try {
      trainer.advance(Until::batch);
    } catch (const Stopped&) {
      break;
    } catch (const Error& error) {
      fail(
          "{}; the last good checkpoint is {}, from before that: a smaller --batch, whose learning "
          "rate is lower, may help",
          error.what(), run.checkpoint().string());
    }
    record_algorithms(options, trainer, run);
    progress.show();
    if (watch) watch->show(progress.time_left().all);
    metrics.add_new();
    const bool epoch_ends = trainer.history().size() > epochs;
    if (epoch_ends || Clock::now() - save.done() > most_lost) save();
  }
  trainer.save(run.checkpoint());
}

/// A map that shows nothing never goes without a word.
void warn_of_collapse(const Map& map, const Trainer& trainer) {
  const std::vector<Stage>& stages = trainer.recipe().stages;
  const size_t stage = std::min(static_cast<size_t>(trainer.position().stage), stages.size() - 1);
  const double scale = stages[stage].kernel.ends_with("cosine") ? 0 : 1;
  if (const std::string collapse = collapse_of(map.points, scale); !collapse.empty()) {
    warn(
        "Warning: {}: the network has not learned to tell these images apart. More --epochs "
        "may help, or a larger --batch, whose learning rate is higher, if training stood "
        "still; a smaller one if the loss jumped (metrics.jsonl).\n",
        collapse);
  }
}

/// The map as the network stands, with all files that others read.
void write_results(const Trainer& trainer, const RunFolder& run) {
  LiveLine line;
  const auto show = [&](int64_t done, int64_t total) {
    line.show(fmt::format("placing {} of {} images", done, total));
  };
  const Map map = trainer.map(show);
  const Model model = trainer.model(show);
  line.clear();
  model.save(run.model());
  write_map(map, run.path());
  draw_map(map, {}, run.picture());
  if (!map.note.empty()) say("{}.\n", map.note);
  say("A map of {} images is in {}: map.csv, map.npy, map.png\n", map.size(), run.path().string());
  warn_of_collapse(map, trainer);
}

/// Refuses options on the command line that say something else than the run's own.
void refuse_conflicts(const CLI::App& fit, const FitOptions& given, const FitOptions& recorded) {
  if (given.force) fail("--resume goes on with a run and --force replaces it; give one of them");
  const auto own = settings_of(recorded);
  for (const auto& [name, value] : settings_of(given)) {
    const bool is_input = name == "input";
    if (fit.count(is_input ? name : "--" + name) == 0) continue;
    const auto same =
        std::ranges::find(own, name, [](const auto& setting) { return setting.first; });
    if (same != own.end() && same->second == value) continue;
    fail(
        "{}{} {} is not what the run in {} was started with{}; --resume needs no other option, and "
        "another map needs another folder",
        is_input ? "" : "--", name, value, given.run.string(),
        same == own.end() ? "" : fmt::format(" ({})", same->second));
  }
}

FitOptions options_of_resumed(const CLI::App& fit, const FitOptions& given, const RunFolder& run) {
  FitOptions recorded = read_config(run.config());
  FitOptions compared = given;
  if (compared.input.empty()) compared.input = recorded.input;
  if (fit.count("--recipe") == 0) compared.recipe = recorded.recipe;
  refuse_conflicts(fit, settle(compared), recorded);
  recorded.resume = true;
  recorded.watch = given.watch;
  recorded.run = run.path();
  use_threads(recorded.threads);
  return recorded;
}

/// Freed memory stays with the program: every training step asks for the same gigabytes again, and
/// new pages from the system cost a third of the step.
void keep_freed_memory() {
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);
}

}  // namespace

void run_fit(const CLI::App& fit, const FitOptions& given) {
  keep_freed_memory();
  if (!given.resume && given.input.empty()) {
    fail(
        "fit needs INPUT: a folder of images, a .tar of one, an IDX or CIFAR folder, or "
        "fashion-mnist");
  }
  FitOptions options = given.resume ? given : settle(given);
  if (!given.resume) {  // before --force removes an older run
    require_input(options.input);
    check_backbone(recipe_of(options), options.weights, options.image_size);
  }
  const RunFolder run =
      given.resume ? RunFolder::resume(given.run) : RunFolder::create(given.run, given.force);
  if (given.resume) {
    options = options_of_resumed(fit, given, run);
  } else {
    write_whole_file(run.config(), config_of(options));
  }

  watch_for_stop();
  Begun begun = begin_run(options, run);
  const Trainer& trainer = begun.trainer;
  std::optional<Watch> watch;
  if (options.watch) watch.emplace(trainer, begun.images, run);
  train(begun, options, run, watch);
  if (!trainer.finished()) {
    warn(
        "\nStopping: a map of what is learned so far is made; Ctrl-C again leaves "
        "without it.\n");
  }
  if (watch) watch->tell_writing();
  write_results(trainer, run);
  if (!trainer.finished()) {
    throw Stopped(fmt::format(
        "Stopped in stage {}, epoch {}. Go on with: tsimcne fit -o {} --resume",
        trainer.position().stage + 1, trainer.position().epoch + 1, run.path().string()));
  }
  if (watch && !stop_requested()) watch->show_finished();
}

}  // namespace tsimcne
