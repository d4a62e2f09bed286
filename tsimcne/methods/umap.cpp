#include "tsimcne/methods/umap.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "tsimcne/duration.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/files/safetensors.hpp"
#include "tsimcne/graph/fuzzy_set.hpp"
#include "tsimcne/graph/many_neighbors.hpp"
#include "tsimcne/layout/spectral.hpp"
#include "tsimcne/layout/umap.hpp"
#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/measure/rows.hpp"
#include "tsimcne/methods/free_points.hpp"
#include "tsimcne/methods/rows_on.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

constexpr double seconds_at_once = 0.1;

uint64_t seed_of(const Settings& settings) {
  return static_cast<uint64_t>(settings.whole("seed"));
}

UmapOptions options_of(const Settings& settings, int64_t points) {
  return {.min_dist = settings.number("min-dist"),
          .epochs = umap_epochs(points),
          .seed = seed_of(settings)};
}

class UmapMethod final : public Method {
 public:
  explicit UmapMethod(const Beginning& beginning)
      : input_(beginning.input), umap_(make(beginning)) {}

  void advance() override {
    const auto start = std::chrono::steady_clock::now();
    do {
      umap_.advance();
      ++epochs_;
    } while (!finished() &&
             seconds_between(start, std::chrono::steady_clock::now()) < seconds_at_once);
    seconds_ += seconds_between(start, std::chrono::steady_clock::now());
  }

  bool finished() const override { return umap_.finished(); }

  Progress progress() const override {
    Progress progress{
        .stage = 1, .stages = 1, .epoch = umap_.epoch(), .epochs = 1.0 * umap_.epochs()};
    if (epochs_ == 0 || finished()) return progress;
    const double seconds_an_epoch = seconds_ / static_cast<double>(epochs_);
    progress.seconds_left = seconds_an_epoch * (umap_.epochs() - umap_.epoch());
    progress.words =
        fmt::format("epoch {} of {}, {:.1f} epochs/s, {} left", umap_.epoch(), umap_.epochs(),
                    1 / seconds_an_epoch, duration(*progress.seconds_left));
    return progress;
  }

  bool record(Settings&) const override { return false; }

  Map map(const Listener&) const override {
    return {.points = umap_.points(),
            .features = input_.rows ? *input_.rows : Matrix(),
            .catalog = input_.catalog,
            .note = fmt::format("UMAP after {} epochs", umap_.epoch())};
  }

  Matrix places(std::span<const int64_t> some) const override {
    return take_rows(umap_.points(), some);
  }

  void save(const fs::path& checkpoint) const override {
    const Umap::State state = umap_.state();
    const std::array tensors{StoredTensor{
        "points", "F32", {state.points.rows, 2}, std::as_bytes(std::span(state.points.values))}};
    write_safetensors(checkpoint, tensors,
                      {{"method", "umap"}, {"epoch", std::to_string(state.epoch)}});
  }

  void save_function(const fs::path& model, const Listener&) const override {
    write_free_points(model, "umap", input_, compact_, umap_.points());
  }

  void restore(const fs::path& checkpoint);

 private:
  Umap make(const Beginning& beginning) {
    const Settings& settings = beginning.settings;
    const RowSource source = rows_on(settings, input_);
    if (source.rows < 2) fail("UMAP needs 2 points at least, and there is one");
    compact_ = compact_rows(source);
    const int64_t neighbors = possible_neighbors(settings, source.rows, beginning.listener);
    beginning.listener.tell("Looking for the neighbours of all points.\n");
    const SparseRows joined =
        fuzzy_set(neighbors_of(compact_.rows, neighbors - 1, seed_of(settings)));
    const auto spectral = spectral_places(joined);
    return Umap(joined, spectral ? *spectral : first_two(compact_),
                options_of(settings, source.rows));
  }

  Input input_;
  CompactRows compact_;  // of it
  Umap umap_;
  int64_t epochs_ = 0;  // that were timed
  double seconds_ = 0;  // that they took
};

void UmapMethod::restore(const fs::path& checkpoint) {
  const StoredTensors file = StoredTensors::read(checkpoint);
  const auto epoch = file.metadata().find("epoch");
  Umap::State state;
  if (epoch != file.metadata().end()) {
    std::from_chars(epoch->second.data(), epoch->second.data() + epoch->second.size(), state.epoch);
  }
  for (const StoredTensor& tensor : file.tensors()) {
    if (tensor.name != "points" || tensor.type != "F32" || tensor.shape.size() != 2) continue;
    state.points = Matrix(tensor.shape[0], tensor.shape[1]);
    std::ranges::copy(tensor.bytes, std::as_writable_bytes(std::span(state.points.values)).begin());
  }
  require_finite(state.points, checkpoint.string());
  umap_.restore(state);
}

void settle(Settings& settings) {
  settle_on(settings);
}

std::unique_ptr<Method> begin(const Beginning& beginning) {
  return std::make_unique<UmapMethod>(beginning);
}

std::unique_ptr<Method> load(const fs::path& checkpoint, const Beginning& beginning) {
  auto method = std::make_unique<UmapMethod>(beginning);
  method->restore(checkpoint);
  return method;
}

std::unique_ptr<Placing> load_placing_of(const fs::path& run, const Settings& settings,
                                         const std::string& device) {
  const auto place = [settings](const Neighbors& near, MatrixView points) {
    return place_by_umap(near, points, options_of(settings, points.rows));
  };
  return load_free_points(run, settings, device, settings.whole("neighbors"), place);
}

}  // namespace

int64_t possible_neighbors(const Settings& settings, int64_t n, const Listener& listener) {
  const int64_t wanted = settings.whole("neighbors");
  if (wanted <= n) return wanted;
  listener.tell(fmt::format(
      "{} neighbours, each point among its own, are more than there are points; it is {}.\n",
      wanted, n));
  return n;
}

const Making umap_making{settle, begin, load, load_placing_of};

}  // namespace tsimcne
