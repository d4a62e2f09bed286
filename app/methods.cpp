#include "app/commands.hpp"
#include "app/say.hpp"
#include "tsimcne/methods/method.hpp"

namespace tsimcne {

std::pair<CLI::App*, Action> add_methods(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("methods", "Tell the ways to make a map, and when to take which");
  command->footer("Example:\n  tsimcne fit photos/ -o map --method pca");
  return {command, [] {
            for (const MethodEntry& method : methods()) {
              say("{:<12}{}.\n            Take it {}.\n            Of {}; it takes {}.\n",
                  method.name, method.sentence, method.when,
                  method.takes_rows ? "images, or rows of numbers" : "images", method.cost);
            }
          }};
}

}  // namespace tsimcne
