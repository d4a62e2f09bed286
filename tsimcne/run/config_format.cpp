#include "tsimcne/run/config_format.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string>

#include "tsimcne/error.hpp"
#include "tsimcne/files/unicode.hpp"

namespace tsimcne {

std::vector<CLI::ConfigItem> ConfigFormat::from_config(std::istream& input) const {
  std::string bytes{std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
  std::istringstream text(without_mark(std::move(bytes), "the config"));
  std::vector<CLI::ConfigItem> all = CLI::ConfigTOML::from_config(text);
  const auto lost = std::ranges::find_if(
      all, [](const CLI::ConfigItem& item) { return item.parents.empty() && item.name != "++"; });
  if (lost != all.end()) {
    throw CLI::ConfigError(fmt::format(
        "the config gives {} in front of any section; put the line [fit] above it", lost->name));
  }
  return all;
}

}  // namespace tsimcne
