#include "app/learning.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

namespace fs = std::filesystem;

char** own_arguments = nullptr;

/// Beside this program, as the build has it, or where an installation puts what no person calls.
fs::path learning_program() {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  const fs::path beside = here / "tsimcne-learn";
  return fs::exists(beside) ? beside : here.parent_path() / "libexec" / "tsimcne" / "tsimcne-learn";
}

/// A thread that waits for the others spins before it sleeps, in libgomp so long that beside
/// another busy program training is two thirds as fast as it could be. libgomp looks at the
/// environment when it is loaded and never again.
void make_spins_short() {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) ::setenv("GOMP_SPINCOUNT", "1000", 0);
}

[[noreturn]] void become_learning_program() {
  const fs::path program = learning_program();
  make_spins_short();
  ::execv(program.c_str(), own_arguments);
  fail("{} cannot be started: {}; install tsimcne again", program.string(), std::strerror(errno));
}

/// The word that says what to do: the first that is no option of the program itself.
std::string_view command_in(char** arguments) {
  for (char** word = arguments + 1; *word != nullptr; ++word) {
    if (**word != '-') return *word;
    if (std::string_view(*word) == "--config" && *++word == nullptr) break;
  }
  return "";
}

bool asks_for_help(char** arguments) {
  for (char** word = arguments; *word != nullptr; ++word) {
    if (std::string_view(*word) == "--help" || std::string_view(*word) == "-h") return true;
  }
  return false;
}

}  // namespace

void begin(char** arguments) {
  own_arguments = arguments;
  constexpr std::array<std::string_view, 4> learning = {"open", "fit", "transform", "explore"};
  const bool learns = std::ranges::find(learning, command_in(arguments)) != learning.end();
  if (learns && !asks_for_help(arguments)) become_learning_program();
}

void run_open(const FitOptions&) {
  become_learning_program();
}

void run_fit(const FitOptions&) {
  become_learning_program();
}

void run_transform(const TransformOptions&) {
  become_learning_program();
}

void run_explore(const ExploreOptions&) {
  become_learning_program();
}

void print_stages(const RunFolder&) {
  become_learning_program();
}

void print_backbones() {
  become_learning_program();
}

}  // namespace tsimcne
