#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <optional>

#include "app/learning.hpp"
#include "app/learning/fit_progress.hpp"
#include "app/learning/watch.hpp"
#include "app/say.hpp"
#include "app/stop.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/run/run.hpp"

namespace tsimcne {
namespace {

/// Refuses settings on the command line that say something else than the run's own. What is left
/// open there is as the run has it.
void require_same(const FitOptions& options) {
  if (options.force) fail("--resume goes on with a run and --force replaces it; give one of them");
  const Settings recorded = read_config(RunFolder::read(options.run).config());
  Settings compared = options.settings;
  for (const char* const name : {"input", "method", "recipe"}) {
    if (!compared.has(name) && recorded.has(name)) compared.set(name, recorded.text(name));
  }
  std::vector<std::string> fixed = options.given;  // all but how many cores go on with it
  std::erase(fixed, "threads");
  std::erase(fixed, "cores");
  if (fixed.empty()) return;
  settle(compared);
  refuse_other(compared, fixed, recorded, options.run);
}

Run run_of(const FitOptions& options, const Listener& listener) {
  if (options.resume) {
    require_same(options);
    return Run::resume(options.run, listener, options.settings.whole("threads"));
  }
  const MethodEntry& method = method_named(options.settings.text("method"));
  if (options.watch && !method.learns) {
    fail(
        "--watch shows a network while it learns, and {} has none; its map will be at: tsimcne "
        "explore {}",
        method.name, options.run.string());
  }
  if (options.watch && takes_rows(options.settings)) {
    fail("--watch shows images, and {} is rows of numbers", options.settings.text("input"));
  }
  return Run::begin(options.settings, options.run, listener, options.force);
}

/// To the end, or until the program is asked to stop.
void advance(Run& run, FitProgress& progress, std::optional<Watch>& watch) {
  while (!run.finished() && !stop_requested()) {
    try {
      run.advance();
    } catch (const Stopped&) {
      return;
    }
    progress.show(run.method());
    if (watch) watch->show();
  }
}

/// Freed memory stays with the program: every training step asks for the same gigabytes again, and
/// new pages from the system cost a third of the step.
void keep_freed_memory() {
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);
}

}  // namespace

void run_fit(const FitOptions& options) {
  keep_freed_memory();
  watch_for_stop();
  FitProgress progress;
  Run run = run_of(options, progress.listener());
  std::optional<Watch> watch;
  if (options.watch) watch.emplace(run);
  advance(run, progress, watch);
  const std::string resume = fmt::format("tsimcne fit -o {} --resume", options.run.string());
  if (!run.method().has_map())
    throw Stopped("Stopped before there was a map. Go on with: " + resume);
  if (!run.finished()) {
    warn(
        "\nStopping: a map of what is learned so far is made; Ctrl-C again leaves "
        "without it.\n");
  }
  if (watch) watch->tell_writing();
  run.finish(progress.listener_at_end());
  if (!run.finished()) {
    const Progress at = run.method().progress();
    throw Stopped(
        fmt::format("Stopped in stage {}, epoch {}. Go on with: {}", at.stage, at.epoch, resume));
  }
  if (watch && !stop_requested()) watch->show_finished();
}

}  // namespace tsimcne
