#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>

#include "app/learning.hpp"
#include "app/learning/fit_progress.hpp"
#include "app/learning/session.hpp"
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

/// Watching is for those who have images to look at.
void require_images(const FitOptions& options) {
  if (options.settings.has("input") && takes_rows(options.settings)) {
    fail("--watch shows images, and {} is rows of numbers", options.settings.text("input"));
  }
}

Run run_of(const FitOptions& options, const Listener& listener) {
  if (options.resume) return Run::resume(options.run, listener, options.settings.whole("threads"));
  return Run::begin(options.settings, options.run, listener, options.force);
}

/// To the end, or until the program or the page is asked to stop.
void advance(Run& run, FitProgress& progress, Session* session) {
  const auto is_stopped = [&] {
    return stop_requested() || (session != nullptr && session->stop_asked());
  };
  while (!run.finished() && !is_stopped()) {
    try {
      run.advance();
    } catch (const Stopped&) {
      return;
    }
    progress.show(run.method());
    if (session != nullptr) session->show(run);
  }
}

/// Freed memory stays with the program: every training step asks for the same gigabytes again, and
/// new pages from the system cost a third of the step.
void keep_freed_memory() {
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);
}

/// Makes the map, and shows it in the end where there is a session.
void make_map(const FitOptions& options, Session* session) {
  FitProgress progress;
  const Listener listener = progress.listener();
  Run run = run_of(options, session == nullptr ? listener : session->listener(listener));
  advance(run, progress, session);
  const std::string resume = fmt::format("tsimcne fit -o {} --resume", options.run.string());
  if (!run.method().has_map())
    throw Stopped("Stopped before there was a map. Go on with: " + resume);
  if (!run.finished()) {
    warn(
        "\nStopping: a map of what is learned so far is made; Ctrl-C again leaves "
        "without it.\n");
  }
  if (session != nullptr) session->tell_mapping(run);
  run.finish(progress.listener_at_end());
  if (!run.finished()) {
    const Progress at = run.method().progress();
    const std::string stopped =
        fmt::format("Stopped in stage {}, epoch {}. Go on with: {}", at.stage, at.epoch, resume);
    if (stop_requested() || session == nullptr) throw Stopped(stopped);
    say("{}\n", stopped);
  }
  if (session != nullptr && !stop_requested()) session->show_ready(run);
}

}  // namespace

void run_fit(const FitOptions& given) {
  FitOptions options = given;
  keep_freed_memory();
  watch_for_stop();
  if (options.resume) {
    if (options.run.empty()) fail("--resume needs -o RUN, the folder of the run to go on with");
    require_same(options);
  } else if (options.run.empty() && options.settings.has("input")) {
    options.run = usual_run_folder(options.settings.paths("input"));
    say("The map will be in {}\n", options.run.string());
  }
  if (!options.watch) return make_map(options, nullptr);
  require_images(options);
  Session session(options.run, options.page);
  try {
    make_map(options, &session);
  } catch (const Stopped&) {
    throw;  // the page knows
  } catch (const std::exception& error) {
    session.tell_failure(error.what());
    throw;
  }
}

}  // namespace tsimcne
