#include <filesystem>

#include "app/child.hpp"
#include "app/commands.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "app/setting_options.hpp"
#include "app/stop.hpp"
#include "tsimcne/cores.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/run/comparison.hpp"
#include "tsimcne/run/comparison_report.hpp"
#include "tsimcne/run/comparison_table.hpp"

namespace tsimcne {
namespace {

struct CompareOptions {
  std::filesystem::path report;
  Settings settings = comparison_settings();
};

[[noreturn]] void stop(const Comparison& comparison) {
  throw Stopped(
      fmt::format("Stopped. Go on with: tsimcne compare -o {}", comparison.path().string()));
}

/// Makes a run, or goes on with it, in a process of its own.
void make(Comparison& comparison, const ComparedRun& run) {
  comparison.begin(run);
  RunRecord record = comparison.record(run.name);
  const RunRecord before = record;
  if (!run.on.empty() && !comparison.is_finished(run.on)) {
    record.problem = fmt::format("it needs {}, which failed", run.on);
    warn("{}\n", record.problem);
    return comparison.set_record(run, record);
  }
  const auto count = [&](double seconds) {
    if (before.seconds) record.seconds = *before.seconds + seconds;
    comparison.set_record(run, record);
  };
  const ChildEnd end = run_child(comparison.command_for(run), count);
  record.finished = end.status == 0;
  record.memory = std::max(before.memory, end.memory);
  if (!stop_requested()) record.problem = end.sentence;
  count(end.seconds);
}

void make_all(Comparison& comparison) {
  const std::vector<ComparedRun>& runs = comparison.runs();
  for (size_t i = 0; i < runs.size(); ++i) {
    const std::string& name = runs[i].name;
    const bool is_there = comparison.is_finished(name);
    say("{}[{} of {}] {}{}\n", i > 0 ? "\n" : "", i + 1, runs.size(), name,
        is_there ? ": there already" : "");
    if (!is_there) make(comparison, runs[i]);
    if (stop_requested()) stop(comparison);
  }
}

ComparisonReport measure(const Comparison& comparison) {
  LiveLine line;
  say("\n");
  return measure_comparison(comparison, [&](const std::string& name) {
    if (stop_requested()) stop(comparison);
    line.show("measuring " + name);
  });
}

void run_compare(const CompareOptions& options) {
  watch_for_stop();
  Comparison comparison = Comparison::open(options.report, options.settings);
  make_all(comparison);
  use_cores(static_cast<int>(comparison.settings().whole("threads")));
  const ComparisonReport report = measure(comparison);
  write_report(comparison, report);
  const PageTable table = table_of(report);
  say("{}\n", text_of(table));
  for (const std::string& note : table.notes) say("{}\n", note);
  const std::string folder = comparison.path().string();
  if (report.problems() == std::ssize(report.rows)) {
    fail("no method made a map; {}/report.csv tells why", folder);
  }
  say("The comparison is in {}: report.html, maps.png, maps.svg, report.csv, report.md\n", folder);
  if (report.problems() > 0) {
    fail("{} of {} methods made no map; the same command tries {} again", report.problems(),
         report.rows.size(), report.problems() == 1 ? "it" : "them");
  }
}

}  // namespace

std::pair<CLI::App*, Action> add_compare(CLI::App& app) {
  CLI::App* compare = app.add_subcommand(
      "compare", "Make maps by several methods, and show and measure them side by side");
  const auto options = std::make_shared<CompareOptions>();
  compare->add_option("-o,--output", options->report, "The folder of the comparison")
      ->required()
      ->type_name("REPORT")
      ->group("Comparison");
  add_setting_options(*compare, options->settings);
  compare->footer(
      "Each method is a run in REPORT/METHOD, for explore, plot, evaluate and transform. Options "
      "go to the\nmethods that take them. The same command, or compare -o REPORT, goes on where it "
      "was stopped.\n\n"
      "Examples:\n"
      "  tsimcne compare photos/ -o report\n"
      "  tsimcne compare photos/ -o report --methods tsimcne,pca,tsne,simclr+tsne --budget 30m");
  return {compare, [options] { run_compare(*options); }};
}

}  // namespace tsimcne
