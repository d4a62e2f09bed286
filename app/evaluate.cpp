#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/say.hpp"
#include "tsimcne/cores.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/measure/division.hpp"
#include "tsimcne/measure/measure.hpp"

namespace tsimcne {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<uint64_t, 3> split_seeds = {0, 1, 2};
constexpr int64_t most_tested = 10000;

struct EvaluateOptions {
  std::filesystem::path input;
  int64_t neighbors = 15;
  int64_t split = 0;
  bool json = false;
};

/// What of a map is measured: the map's points, and the features where they are there.
std::vector<std::pair<std::string, const Matrix*>> parts_of(const Map& map) {
  std::vector<std::pair<std::string, const Matrix*>> parts = {{"map", &map.points}};
  if (!map.features.empty()) parts.emplace_back("features", &map.features);
  return parts;
}

double random_split_accuracy(const Matrix& points, const Map& map, int64_t k) {
  const int64_t labelled = std::ranges::count_if(map.catalog.labels, [](int l) { return l >= 0; });
  double sum = 0;
  for (const uint64_t seed : split_seeds) {
    const Division division =
        random_division(map.catalog.labels, std::min(most_tested, labelled / 5), seed);
    sum += knn_accuracy(points, map.catalog.labels, division, k);
  }
  return sum / split_seeds.size();
}

Json accuracies(const Map& map, const EvaluateOptions& options) {
  std::optional<Division> official = official_division(map.catalog);
  if (options.split > 0) official = first_rows_division(map.catalog.labels, options.split);
  Json result;
  for (const auto& [name, points] : parts_of(map)) {
    Json& part = result["knn_accuracy"][name];
    if (official) {
      part["official_split"] =
          knn_accuracy(*points, map.catalog.labels, *official, options.neighbors);
    }
    part["random_splits"] = random_split_accuracy(*points, map, options.neighbors);
  }
  return result;
}

Json measures(const Map& map, const EvaluateOptions& options) {
  Json result = {{"images", map.size()}, {"k", options.neighbors}};
  if (map.catalog.has_labels()) result.update(accuracies(map, options));
  if (!map.features.empty()) {
    result["neighbours_kept"] =
        neighbourhood_preservation(map.points, map.features, options.neighbors, most_tested / 2, 0);
  }
  if (result.size() == 2) {
    fail("{} has neither labels nor features, so there is nothing to measure",
         options.input.string());
  }
  return result;
}

void print_measures(const Json& result) {
  say("{} images, k = {}\n", result["images"].dump(), result["k"].dump());
  if (result.contains("knn_accuracy")) {
    for (const auto& [part, accuracy] : result["knn_accuracy"].items()) {
      if (accuracy.contains("official_split")) {
        say("kNN accuracy of the {}, official split: {:.4f}\n", part,
            accuracy["official_split"].get<double>());
      }
      say("kNN accuracy of the {}, random splits:  {:.4f}\n", part,
          accuracy["random_splits"].get<double>());
    }
  }
  if (result.contains("neighbours_kept")) {
    say("share of the features' neighbours that the map keeps: {:.4f}\n",
        result["neighbours_kept"].get<double>());
  }
}

void run_evaluate(const EvaluateOptions& options) {
  use_cores(0);
  const bool is_archive = options.input.extension() == ".npz";
  const Map map = is_archive ? read_map_npz(options.input) : read_map(options.input, true);
  const Json result = measures(map, options);
  if (options.json) {
    say("{}\n", result.dump(2));
  } else {
    print_measures(result);
  }
}

}  // namespace

std::pair<CLI::App*, Action> add_evaluate(CLI::App& app) {
  CLI::App* evaluate = app.add_subcommand("evaluate", "Measure how good a map is");
  const auto options = std::make_shared<EvaluateOptions>();
  evaluate->add_option("input", options->input, "A run, or an archive with xy and labels")
      ->required()
      ->check(CLI::ExistingPath)
      ->type_name("RUN|MAP.npz");
  evaluate->add_option("-k,--neighbors", options->neighbors, "Neighbours that vote")
      ->check(CLI::Range(1, 1000))
      ->type_name("K")
      ->capture_default_str();
  evaluate
      ->add_option("--split", options->split,
                   "Take the first N rows as training set in place of the official split")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  evaluate->add_flag("--json", options->json, "Print the figures as JSON");
  evaluate->footer("Example:\n  tsimcne evaluate map --json");
  return {evaluate, [options] { run_evaluate(*options); }};
}

}  // namespace tsimcne
