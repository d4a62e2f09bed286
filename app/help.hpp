#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace tsimcne {

/// How --help looks: an option's value and default in few words, descriptions wrapped to the width
/// of a terminal.
class Help : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
};

}  // namespace tsimcne
