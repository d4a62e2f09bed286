#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/help.hpp"
#include "app/stop.hpp"
#include "tsimcne/error.hpp"

namespace {

using namespace tsimcne;

constexpr int went_wrong = 1;
constexpr int wrong_use = 2;

/// Freed memory stays with the program: every training step asks for the same gigabytes again, and
/// new pages from the system cost a third of the step.
void keep_freed_memory() {
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);
}

/// A thread that waits for the others spins before it sleeps, in libgomp so long that beside
/// another busy program training is two thirds as fast as it could be. libgomp looks at the
/// environment when it is loaded and never again, so the program starts once more.
void start_with_short_spins(char** arguments) {
  if (std::getenv("GOMP_SPINCOUNT") != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  ::setenv("GOMP_SPINCOUNT", "1000", 0);
  ::execv("/proc/self/exe", arguments);  // where that cannot be, training is slower
}

/// Letters to insert, delete or replace on the way from one word to the other.
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// " (did you mean --epochs?)" where one of the command's own words is near.
std::string suggestion(const CLI::App& command, const std::string& word) {
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (const CLI::App* other : command.get_subcommands({})) known.push_back(other->get_name());
  const auto nearest = std::ranges::min_element(
      known, {}, [&](const std::string& name) { return edit_distance(name, word); });
  if (nearest == known.end() || edit_distance(*nearest, word) > 3) return "";
  return fmt::format(" (did you mean {}?)", *nearest);
}

/// One sentence that says what is wrong with the command line.
std::string sentence(const CLI::App& app, const CLI::App& command, const CLI::ParseError& error) {
  if (const std::vector<std::string> left = app.remaining(true); !left.empty()) {
    const std::string word = left.front().substr(0, left.front().find('='));
    return fmt::format("\"{}\" is not expected here{}", word, suggestion(command, word));
  }
  return error.what();
}

const CLI::App& chosen_command(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

void add_footer(CLI::App& app) {
  app.footer(
      "A first map:\n"
      "  tsimcne fit photos/ -o map\n"
      "  tsimcne explore map\n\n"
      "Each command explains itself: tsimcne fit --help");
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  CLI::App app("Maps of image collections, learned without labels (t-SimCNE)", "tsimcne");
  app.set_version_flag("--version", TSIMCNE_VERSION);
  app.require_subcommand(1);
  app.formatter(std::make_shared<Help>());
  app.set_config("--config", "", "A file that gives options, those of fit under [fit]")
      ->type_name("FILE");
  app.allow_config_extras(CLI::config_extras_mode::error);
  add_footer(app);
  Actions actions;
  for (const auto add : {add_fit, add_explore, add_plot, add_transform, add_evaluate, add_info}) {
    actions.insert(add(app));
  }
  try {
    app.parse(argc, argv);
    if (chosen_command(app).get_name() == "fit") start_with_short_spins(argv);
    actions.at (&chosen_command(app))();
    return 0;
  } catch (const CLI::Success& wanted) {
    return app.exit(wanted);  // --help and --version
  } catch (const CLI::ParseError& error) {
    const CLI::App& command = chosen_command(app);
    const std::string name = &command == &app ? "tsimcne" : "tsimcne " + command.get_name();
    fmt::print(stderr, "{}: {}\n{} --help tells more\n", name, sentence(app, command, error), name);
    return wrong_use;
  } catch (const Stopped& stopped) {
    fmt::print(stderr, "\n{}\n", stopped.what());
    return stopped.exit_status();
  } catch (const std::bad_alloc&) {
    fmt::print(stderr,
               "tsimcne: there is not enough memory; try a smaller --batch or --image-size\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "tsimcne: {}\n", error.what());
  }
  return went_wrong;
}
