#include "tsimcne/picture/svg_ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace tsimcne {

namespace {

// With a number behind; since cairo 1.18 with a hyphen between.
constexpr std::array<std::string_view, 5> kinds{"surface", "image", "source", "compositing-group",
                                                "mask"};

/// The id that `text` begins with, "" where it begins with none.
std::string_view id_at(std::string_view text) {
  for (const std::string_view kind : kinds) {
    if (!text.starts_with(kind)) continue;
    const size_t number = kind.size() + (text.substr(kind.size()).starts_with('-') ? 1 : 0);
    const size_t end = std::min(text.find_first_not_of("0123456789", number), text.size());
    if (end > number) return text.substr(0, end);
  }
  return "";
}

}  // namespace

std::string number_ids(std::string_view svg) {
  std::map<std::string_view, size_t> numbers;
  std::string numbered;
  numbered.reserve(svg.size());
  // Ids stand behind a quotation mark or, where they are referred to, a #; pixels never do.
  while (!svg.empty()) {
    const size_t mark = std::min(svg.find_first_of("\"#"), svg.size() - 1);
    numbered += svg.substr(0, mark + 1);
    svg.remove_prefix(mark + 1);
    const std::string_view id = id_at(svg);
    if (id.empty()) continue;
    const size_t number = numbers.try_emplace(id, numbers.size()).first->second;
    numbered += fmt::format("id{}", number);
    svg.remove_prefix(id.size());
  }
  return numbered;
}

}  // namespace tsimcne
