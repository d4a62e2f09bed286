#include "app/page_options.hpp"

namespace tsimcne {

void add_page_options(CLI::App& command, ExploreOptions& options) {
  command.add_option("--port", options.port, "Where to serve; 0: a free port")
      ->check(CLI::Range(0, 65535))
      ->type_name("N")
      ->capture_default_str()
      ->group("Page");
  command
      .add_option("--host", options.host,
                  "The address to serve at; others than this machine's need the token printed")
      ->type_name("ADDRESS")
      ->capture_default_str()
      ->group("Page");
  command
      .add_option("--public-address", options.public_address,
                  "Where a proxy serves it to others, who need the token printed")
      ->type_name("https://..")
      ->group("Page");
  command.add_flag("--no-browser", options.no_browser, "Only print the address")->group("Page");
}

}  // namespace tsimcne
