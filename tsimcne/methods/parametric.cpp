#include "tsimcne/methods/parametric.hpp"

#include <algorithm>
#include <cmath>

#include "tsimcne/duration.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/graph/affinities.hpp"
#include "tsimcne/graph/fuzzy_set.hpp"
#include "tsimcne/graph/many_neighbors.hpp"
#include "tsimcne/measure/collapse.hpp"
#include "tsimcne/measure/rows.hpp"
#include "tsimcne/methods/free_points.hpp"
#include "tsimcne/methods/rows_on.hpp"
#include "tsimcne/methods/tsne.hpp"
#include "tsimcne/methods/umap.hpp"
#include "tsimcne/train/row_trainer.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

constexpr double measured = 1;      // seconds of training, before epochs are planned
constexpr double kept_back = 0.03;  // of a budget, for the map and its files
constexpr int pairs_a_step = 1024;

/// What makes a good map of many rows in minutes, and of few in as many steps as it takes.
double default_epochs(int64_t n) {
  constexpr double epochs = 100, steps = 3000;
  return std::max(epochs, std::ceil(steps * pairs_a_step /
                                    static_cast<double>(std::max<int64_t>(n, pairs_a_step))));
}

/// The last stage of the fast recipe alone, on n rows (docs/recipe.md).
Recipe recipe_of(const std::string& method, int64_t n) {
  return {.name = method,
          .stages = {{.epochs = default_epochs(n),
                      .learns = Learns::head,
                      .from = From::features,
                      .positive = Positive::edge,
                      .objective = method == "ptsne" ? "infonce" : "negative-sampling",
                      .learning_rate = 0.008 * 256 / pairs_a_step,
                      .pace = Pace::one_cycle,
                      .optimizer = OptimizerName::adam,
                      .batch = pairs_a_step}},
          .backbone = "",
          .hidden = 256,
          .hidden_layers = 3,
          .weight_decay = 0.05};
}

uint64_t seed_of(const Settings& settings) {
  return static_cast<uint64_t>(settings.whole("seed"));
}

/// t-SNE's affinities between the rows.
SparseRows edges_of_tsne(const Matrix& rows, const Settings& settings, const Listener& listener) {
  const double perplexity = possible_perplexity(settings, rows.rows, listener);
  const auto neighbors = static_cast<int64_t>(std::ceil(3 * perplexity));
  return perplexity_affinities(
      neighbors_of(rows, std::min(rows.rows - 1, neighbors), seed_of(settings)), perplexity);
}

/// UMAP's fuzzy set of the rows.
SparseRows edges_of_umap(const Matrix& rows, const Settings& settings, const Listener& listener) {
  const int64_t neighbors = possible_neighbors(settings, rows.rows, listener);
  return fuzzy_set(neighbors_of(rows, neighbors - 1, seed_of(settings)));
}

Edges edges_of(const Matrix& rows, const Settings& settings, const Listener& listener) {
  listener.tell("Looking for the neighbours of all rows.\n");
  return Edges(settings.text("method") == "ptsne" ? edges_of_tsne(rows, settings, listener)
                                                  : edges_of_umap(rows, settings, listener));
}

/// A network that learns to place rows.
class Parametric final : public Method {
 public:
  explicit Parametric(const Beginning& beginning)
      : input_(beginning.input),
        compact_(compact_rows(rows_of(beginning))),
        trainer_(make(beginning)) {}

  void advance() override {
    const auto start = Clock::now();
    trainer_.advance();
    const double seconds = seconds_between(start, Clock::now());
    ++timed_;
    seconds_per_batch_ +=
        std::max(0.05, 1 / static_cast<double>(timed_)) * (seconds - seconds_per_batch_);
  }

  bool finished() const override { return trainer_.finished(); }
  const std::vector<EpochRecord>& history() const override { return trainer_.history(); }
  Progress progress() const override;
  std::string words_of(const EpochRecord& epoch) const override;
  bool record(Settings&) const override { return false; }
  Map map(const Listener&) const override {
    return {.points = trainer_.points(),
            .features = input_.rows ? *input_.rows : Matrix(),
            .catalog = input_.catalog,
            .note = ""};
  }
  std::string doubts(const Map& map) const override;
  Matrix places(std::span<const int64_t> some) const override;

  void save(const fs::path& checkpoint) const override { trainer_.save(checkpoint); }
  void save_function(const fs::path& model, const Listener&) const override {
    const int side = input_.images ? input_.images->side() : 0;
    trainer_.model(compact_.axes)
        .save(model, {{"method", trainer_.recipe().name}, {"side", std::to_string(side)}});
  }

  void restore(const fs::path& checkpoint) { trainer_.restore(checkpoint); }

 private:
  RowSource rows_of(const Beginning& beginning) {
    RowSource rows = rows_on(beginning.settings, input_);
    if (rows.rows < 2) fail("a network needs 2 rows at least to learn from, and there is one");
    return rows;
  }

  RowTrainer make(const Beginning& beginning) const;
  double epochs() const { return trainer_.recipe().stages.front().epochs; }

  Input input_;
  CompactRows compact_;
  RowTrainer trainer_;
  int64_t timed_ = 0;             // batches
  double seconds_per_batch_ = 0;  // recent ones weigh more
};

/// The epochs that fill the budget from now on, by batches that are then forgotten.
double epochs_in(RowTrainer trial, const Beginning& beginning) {
  const auto start = Clock::now();
  while (!trial.finished() && seconds_between(start, Clock::now()) < measured) trial.advance();
  const double batch =
      seconds_between(start, Clock::now()) / static_cast<double>(trial.batches_done());
  const double left = beginning.settings.number("budget") * (1 - kept_back) -
                      seconds_between(beginning.start, Clock::now());
  return std::max(1.0, std::floor(left / (batch * static_cast<double>(trial.batches_per_epoch()))));
}

RowTrainer Parametric::make(const Beginning& beginning) const {
  Settings& settings = beginning.settings;
  const Edges edges = edges_of(compact_.rows, settings, beginning.listener);
  Recipe recipe = recipe_of(settings.text("method"), compact_.rows.rows);
  double& epochs = recipe.stages.front().epochs;
  const auto training = [&] {
    return RowTrainer(recipe, compact_.rows, edges, seed_of(settings), settings.text("device"));
  };
  if (const std::vector<double> wanted = settings.numbers("epochs"); !wanted.empty()) {
    epochs = wanted.front();
  } else if (settings.has("budget")) {
    epochs = epochs_in(training(), beginning);
    settings.leave_open("budget");
  }
  settings.set("epochs", std::vector<double>{epochs});
  return training();
}

Progress Parametric::progress() const {
  const int64_t done = trainer_.batches_done(), per_epoch = trainer_.batches_per_epoch();
  Progress progress{.epoch = static_cast<int>(done / per_epoch) + 1, .epochs = epochs()};
  if (timed_ == 0 || finished()) return progress;
  progress.seconds_left = seconds_per_batch_ * static_cast<double>(trainer_.batches() - done);
  const EpochRecord running = trainer_.running();
  progress.words = fmt::format("epoch {}/{:g}  batch {}/{}  loss {:.3f}  {:.0f} pairs/s  left: {}",
                               progress.epoch, epochs(), done % per_epoch, per_epoch, running.loss,
                               running.views_per_second / 2, duration(*progress.seconds_left));
  return progress;
}

std::string Parametric::words_of(const EpochRecord& epoch) const {
  return fmt::format(
      "epoch {}/{:g}  loss {:.4f} (attraction {:.4f}, repulsion {:.4f})  rate {:.3g}  {:.0f} "
      "pairs/s  {}",
      epoch.epoch, epochs(), epoch.loss, epoch.attraction, epoch.repulsion, epoch.learning_rate,
      epoch.views_per_second / 2, duration(epoch.seconds));
}

std::string Parametric::doubts(const Map& map) const {
  const std::string collapse = collapse_of(map.points);
  if (collapse.empty()) return "";
  return fmt::format(
      "{}: the network has not learned to tell these rows apart. Either most of them are the same, "
      "or more --epochs may help",
      collapse);
}

Matrix Parametric::places(std::span<const int64_t> some) const {
  return trainer_.place(take_rows(compact_.rows, some));
}

void settle(Settings& settings) {
  if (settings.has("epochs") && settings.has("budget")) {
    fail("--epochs and --budget both say how long to learn; give one");
  }
  if (const size_t count = settings.numbers("epochs").size(); count > 1) {
    fail("--epochs: {} has one stage, so it takes one number, not {}", settings.text("method"),
         count);
  }
  settle_on(settings);
  settings.set("device", resolve_device(settings.text("device")));
}

std::unique_ptr<Method> begin(const Beginning& beginning) {
  return std::make_unique<Parametric>(beginning);
}

std::unique_ptr<Method> load(const fs::path& checkpoint, const Beginning& beginning) {
  auto method = std::make_unique<Parametric>(beginning);
  method->restore(checkpoint);
  return method;
}

std::unique_ptr<Placing> load_placing_of(const fs::path& run, const Settings& settings,
                                         const std::string& device) {
  const RowFunction function = RowFunction::read(run);
  return placing_of_rows([model = load_row_model(run / "model.safetensors", device)](
                             const RowSource& rows) { return model.transform(rows); },
                         function.side(), settings, device);
}

}  // namespace

const Making parametric_making{settle, begin, load, load_placing_of};

}  // namespace tsimcne
