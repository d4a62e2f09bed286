#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tsimcne {

/// The rows and fields of comma-separated text (RFC 4180: quotes, doubled quotes, line ends of
/// either kind). Throws an Error where a quote is left open.
std::vector<std::vector<std::string>> parse_csv(std::string_view text);

/// A field as it stands in a csv row: in quotes where it must be.
std::string quote_csv(std::string_view field);

}  // namespace tsimcne
