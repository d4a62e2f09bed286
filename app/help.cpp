#include "app/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace tsimcne {
namespace {

constexpr size_t descriptions_at = 26;  // the column where they start
constexpr size_t page_width = 98;

/// Breaks a long list of choices after a '|'.
std::string wrapped(const std::string& choices) {
  std::string text;
  size_t column = descriptions_at;
  for (size_t at = 0, length = 0; at < choices.size(); at += length) {
    length = std::min(choices.find('|', at), choices.size() - 1) + 1 - at;
    if (column + length > page_width) {
      text += "\n" + std::string(descriptions_at, ' ');
      column = descriptions_at;
    }
    text += choices.substr(at, length);
    column += length;
  }
  return text;
}

/// What stands for the value: "B" of "B:INT in [2 - 1048576]", which CLI11 makes of type and check.
std::string value_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return option.get_items_expected_max() == 0 ? "" : " " + wrapped(type.substr(0, type.find(':')));
}

}  // namespace

std::string Help::make_option(const CLI::Option* option, bool is_positional) const {
  std::string text = fmt::format("  {}{}", make_option_name(option, is_positional),
                                 is_positional ? "" : value_of(*option));
  text += text.size() < descriptions_at - 1 ? std::string(descriptions_at - text.size(), ' ')
                                            : "\n" + std::string(descriptions_at, ' ');
  std::string description = option->get_description();
  if (option->get_required() && !is_positional) description += " (required)";
  if (const std::string value = option->get_default_str(); !value.empty()) {
    description += fmt::format(" [{}]", value);
  }
  size_t column = descriptions_at;
  std::istringstream words(description);
  for (std::string word; words >> word;) {
    if (column > descriptions_at && column + 1 + word.size() > page_width) {
      text += "\n" + std::string(descriptions_at, ' ');
      column = descriptions_at;
    }
    if (column > descriptions_at) text += ' ';
    column += word.size() + (column > descriptions_at ? 1 : 0);
    text += word;
  }
  return text + "\n";
}

}  // namespace tsimcne
