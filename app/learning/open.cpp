#include "app/learning.hpp"
#include "app/say.hpp"
#include "tsimcne/error.hpp"
#include "tsimcne/run/run_folder.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

/// What the run was told to look at, as a person may say it again.
bool is_of(const fs::path& run, const Settings& given) {
  Settings told = run_settings();
  std::vector<std::string> inputs;
  for (const fs::path& input : given.paths("input")) inputs.push_back(input.string());
  told.set("input", std::move(inputs));
  Settings recorded = read_config(RunFolder::read(run).config());
  make_paths_absolute(told);
  make_paths_absolute(recorded);
  return entry_of(recorded, "input") == entry_of(told, "input");
}

/// Of a map that is there already nothing is changed by a mere look.
void refuse_settings(const FitOptions& options) {
  std::vector<std::string> told = options.given;
  std::erase(told, "input");
  std::erase(told, "threads");
  if (told.empty()) return;
  fail(
      "{} is there already, and --{} would make another map; --force replaces it, and -o names "
      "another folder",
      options.run.string(), told.front());
}

void look_at(const FitOptions& options) {
  ExploreOptions page = options.page;
  page.run = options.run;
  page.threads = static_cast<int>(options.settings.whole("threads"));
  run_explore(page);
}

}  // namespace

void run_open(const FitOptions& given) {
  FitOptions options = given;
  options.watch = true;
  if (!options.settings.has("input")) fail("open needs what to look at: images, or a run");
  const std::vector<fs::path> inputs = options.settings.paths("input");
  const bool names_run = inputs.size() == 1 && is_run(inputs.front());
  if (names_run) {
    options.run = inputs.front();
  } else if (options.run.empty()) {
    options.run = usual_run_folder(inputs);
  }
  if (!is_run(options.run) || options.force) {
    if (names_run) fail("--force makes a map anew of its images; name these");
    say("The map will be in {}\n", options.run.string());
    return run_fit(options);
  }
  if (!names_run && !is_of(options.run, options.settings)) {
    fail("{} is a map of other images; name another folder with -o", options.run.string());
  }
  refuse_settings(options);
  if (RunFolder::read(options.run).is_finished()) return look_at(options);
  say("{} was not finished and goes on; Ctrl-C makes a map of what is learned\n",
      options.run.string());
  options.resume = true;
  options.settings.leave_open("input");
  std::erase(options.given, "input");
  run_fit(options);
}

}  // namespace tsimcne
