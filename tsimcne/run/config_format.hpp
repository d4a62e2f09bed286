#pragma once

#include <CLI/CLI.hpp>
#include <istream>
#include <vector>

namespace tsimcne {

/// Config files as all commands read them: TOML, as editors save it, so with or without a mark of
/// its encoding. What stands before the first section is refused, since it is of no command.
class ConfigFormat : public CLI::ConfigTOML {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;
};

}  // namespace tsimcne
