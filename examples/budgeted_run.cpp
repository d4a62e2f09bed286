// Begins a run that is planned for a budget, leaves it, and goes on with it to its map.
#include <tsimcne/run/run.hpp>

int main(int, char** argv) {
  using namespace tsimcne;
  Settings settings = run_settings();
  settings.give("input", argv[1]);
  settings.give("budget", "10s");
  {
    Run run = Run::begin(settings, argv[2]);
    for (int piece = 0; piece < 3; ++piece) run.advance();
    run.save();
  }
  Run run = Run::resume(argv[2]);
  while (!run.finished()) run.advance();
  run.finish();
}
