#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/say.hpp"
#include "tsimcne/cores.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/images/labels.hpp"
#include "tsimcne/map/map.hpp"
#include "tsimcne/measure/report.hpp"
#include "tsimcne/run/run_folder.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct EvaluateOptions {
  fs::path input;
  fs::path labels;
  fs::path against;
  int64_t neighbors = 15;
  int64_t split = 0;
  bool json = false;
};

Map read_input(const fs::path& input, bool with_features) {
  if (input.extension() == ".npz") return read_map_npz(input);
  require_map(input);
  return read_map(input, with_features);
}

void label_images(Map& map, const EvaluateOptions& options) {
  if (options.labels.empty()) return;
  if (std::ranges::all_of(map.catalog.paths, &std::string::empty)) {
    fail(
        "{} has no paths by which --labels could name its images; expected a run, or an archive "
        "with an array 'paths'",
        options.input.string());
  }
  const std::string said = label_by_table(map.catalog, options.labels, /*ids=*/true);
  warn("{}{}\n", count_labelled(map.catalog), said);
}

/// A figure stands at its key, and what belongs to it beside it.
Json to_json(const Report& report) {
  Json result = {{"images", report.images},
                 {"labelled", report.labelled},
                 {"labels", report.labels},
                 {"k", report.k}};
  for (const Measure& measure : report.measures) {
    for (const Figure& figure : measure.figures) {
      const auto at = [&](const char* suffix) -> Json& {
        return result[Json::json_pointer("/" + figure.key + suffix)];
      };
      at("") = figure.value;
      if (figure.spread) at("_spread") = *figure.spread;
      at("_sample") = figure.sample;
    }
  }
  result["left_out"] = report.left_out;
  return result;
}

void print_figure(const Figure& figure, size_t width) {
  const std::string spread =
      figure.spread ? fmt::format(" ± {:.4f}", *figure.spread) : std::string();
  const std::string times =
      figure.repetitions > 1 ? fmt::format("{} x ", figure.repetitions) : std::string();
  say("  {:<{}}  {:>7.4f}{:<9}  {}{} {}\n", figure.name, width, figure.value, spread, times,
      figure.sample, figure.unit);
}

void print_report(const Report& report) {
  size_t width = 0;
  for (const Measure& measure : report.measures) {
    for (const Figure& figure : measure.figures) width = std::max(width, figure.name.size());
  }
  const int64_t others = report.images - 1;
  say("Images: {}, with a label: {}, different labels: {}{}\n", report.images, report.labelled,
      report.labels, report.k > others ? fmt::format("; k = {}, all others", others) : "");
  for (const Measure& measure : report.measures) {
    say("\n{}: {}\n", measure.name, measure.meaning);
    for (const Figure& figure : measure.figures) print_figure(figure, width);
  }
  if (!report.left_out.empty()) say("\n");
  for (const std::string& sentence : report.left_out) say("{}\n", sentence);
}

void run_evaluate(const EvaluateOptions& options) {
  use_cores(0);
  Map map = read_input(options.input, true), against;
  label_images(map, options);
  ReportOptions how;
  how.k = options.neighbors;
  how.train_rows = options.split;
  how.name = options.input.string();
  if (!options.against.empty()) {
    against = read_input(options.against, false);
    how.against = &against;
    how.against_name = options.against.string();
  }
  const Report report = measure_map(map, how);
  if (options.json) {
    say("{}\n", to_json(report).dump(2));
  } else {
    print_report(report);
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
  evaluate
      ->add_option("--labels", options->labels,
                   "Measure by the labels of a table of path or name and label, in place of the "
                   "map's own")
      ->check(CLI::ExistingFile)
      ->type_name("FILE.csv");
  evaluate
      ->add_option("--against", options->against,
                   "Also compare with another map of the same images")
      ->check(CLI::ExistingPath)
      ->type_name("RUN|MAP.npz");
  evaluate
      ->add_option("-k,--neighbors", options->neighbors,
                   "Neighbours that vote, and of which it is counted how many are kept")
      ->check(CLI::Range(1, 1000))
      ->type_name("K")
      ->capture_default_str();
  evaluate
      ->add_option("--split", options->split,
                   "Take the first N rows as training set in place of the official split")
      ->check(CLI::Range(1, 1 << 24))
      ->type_name("N");
  evaluate->add_flag("--json", options->json, "Print the figures as JSON");
  evaluate->footer(
      "Examples:\n  tsimcne evaluate map --json\n  tsimcne evaluate map --labels labels.csv "
      "--against "
      "older");
  return {evaluate, [options] { run_evaluate(*options); }};
}

}  // namespace tsimcne
