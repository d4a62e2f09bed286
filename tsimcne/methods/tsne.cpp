#include "tsimcne/methods/tsne.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>

#include "tsimcne/duration.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/safetensors.hpp"
#include "tsimcne/graph/affinities.hpp"
#include "tsimcne/graph/many_neighbors.hpp"
#include "tsimcne/layout/tsne.hpp"
#include "tsimcne/measure/rows.hpp"
#include "tsimcne/methods/free_points.hpp"
#include "tsimcne/methods/rows_on.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr double seconds_at_once = 0.5;

class TsneMethod final : public Method {
 public:
  explicit TsneMethod(const Beginning& beginning)
      : input_(beginning.input), tsne_(make(beginning)) {}

  void advance() override {
    const auto start = std::chrono::steady_clock::now();
    do {
      tsne_.advance();
      ++steps_;
    } while (!finished() &&
             seconds_between(start, std::chrono::steady_clock::now()) < seconds_at_once);
    seconds_ += seconds_between(start, std::chrono::steady_clock::now());
  }

  bool finished() const override { return tsne_.finished(); }

  Progress progress() const override {
    Progress progress{
        .stage = 1, .stages = 1, .epoch = tsne_.step(), .epochs = 1.0 * tsne_.steps()};
    if (steps_ == 0 || finished()) return progress;
    const double seconds_a_step = seconds_ / static_cast<double>(steps_);
    progress.seconds_left = seconds_a_step * (tsne_.steps() - tsne_.step());
    progress.words = fmt::format("step {} of {}, divergence {:.4f}, {:.1f} steps/s, {} left",
                                 tsne_.step(), tsne_.steps(), tsne_.divergence(),
                                 1 / seconds_a_step, duration(*progress.seconds_left));
    return progress;
  }

  bool record(Settings&) const override { return false; }

  Map map(const Listener&) const override {
    return {.points = tsne_.points(),
            .features = input_.rows ? *input_.rows : Matrix(),
            .catalog = input_.catalog,
            .note = fmt::format("t-SNE after {} steps, whose divergence is {:.4f}", tsne_.step(),
                                tsne_.divergence())};
  }

  Matrix places(std::span<const int64_t> some) const override {
    return take_rows(tsne_.points(), some);
  }

  void save(const fs::path& checkpoint) const override {
    const Tsne::State state = tsne_.state();
    const auto stored = [](const char* name, const std::vector<double>& values) {
      return StoredTensor{
          name, "F64", {std::ssize(values) / 2, 2}, std::as_bytes(std::span(values))};
    };
    const std::array tensors{stored("points", state.points), stored("velocities", state.velocities),
                             stored("gains", state.gains)};
    write_safetensors(checkpoint, tensors,
                      {{"method", "tsne"},
                       {"step", std::to_string(state.step)},
                       {"divergence", fmt::format("{}", state.divergence)}});
  }

  void save_function(const fs::path& model, const Listener&) const override {
    write_free_points(model, "tsne", input_, compact_, tsne_.points());
  }

  void restore(const fs::path& checkpoint);

 private:
  Tsne make(const Beginning& beginning) {
    const RowSource source = rows_on(beginning.settings, input_);
    if (source.rows < 2) fail("t-SNE needs 2 points at least, and there is one");
    compact_ = compact_rows(source);
    const double perplexity =
        possible_perplexity(beginning.settings, source.rows, beginning.listener);
    const auto wanted = static_cast<int64_t>(std::ceil(3 * perplexity));
    beginning.listener.tell("Looking for the neighbours of all points.\n");
    const Neighbors near = neighbors_of(compact_.rows, std::min(source.rows - 1, wanted),
                                        static_cast<uint64_t>(beginning.settings.whole("seed")));
    return Tsne(perplexity_affinities(near, perplexity), first_two(compact_),
                {.exaggeration = beginning.settings.number("exaggeration")});
  }

  Input input_;
  CompactRows compact_;  // of it
  Tsne tsne_;
  int64_t steps_ = 0;   // that were timed
  double seconds_ = 0;  // that they took
};

void TsneMethod::restore(const fs::path& checkpoint) {
  const StoredTensors file = StoredTensors::read(checkpoint);
  const auto values_of = [&](std::string_view name) {
    for (const StoredTensor& tensor : file.tensors()) {
      if (tensor.name != name || tensor.type != "F64") continue;
      std::vector<double> values(tensor.bytes.size() / sizeof(double));
      std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(double));
      if (std::ranges::all_of(values, [](double x) { return std::isfinite(x); })) return values;
    }
    fail("{} has no sound tensor \"{}\"; it is damaged", checkpoint.string(), name);
  };
  const auto number_of = [&](const char* name) {
    const auto found = file.metadata().find(name);
    return found == file.metadata().end() ? -1 : std::atof(found->second.c_str());
  };
  tsne_.restore({static_cast<int>(std::clamp(number_of("step"), -1.0, 1e9)),
                 number_of("divergence"), values_of("points"), values_of("velocities"),
                 values_of("gains")});
}

void settle(Settings& settings) {
  settle_on(settings);
}

std::unique_ptr<Method> begin(const Beginning& beginning) {
  return std::make_unique<TsneMethod>(beginning);
}

std::unique_ptr<Method> load(const fs::path& checkpoint, const Beginning& beginning) {
  auto method = std::make_unique<TsneMethod>(beginning);
  method->restore(checkpoint);
  return method;
}

std::unique_ptr<Placing> load_placing_of(const fs::path& run, const Settings& settings,
                                         const std::string& device) {
  return load_free_points(run, settings, device, neighbors_of_placing, place_by_tsne);
}

}  // namespace

double possible_perplexity(const Settings& settings, int64_t n, const Listener& listener) {
  const double wanted = settings.number("perplexity");
  const double most = std::max(1.0, static_cast<double>(n - 1) / 3);
  if (wanted <= most) return wanted;
  listener.tell(
      fmt::format("A perplexity of {:g} needs three times as many points; of {} it is {:.4g}.\n",
                  wanted, n, most));
  return most;
}

const Making tsne_making{settle, begin, load, load_placing_of};

}  // namespace tsimcne
