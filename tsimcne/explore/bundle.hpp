#pragma once

#include <string_view>

namespace tsimcne {

/// A page that the build makes from explorer/: one HTML text, cut where the data go in.
struct PageText {
  std::string_view head;  // holds <!--policy--> once, where a policy may stand as a <meta>
  std::string_view tail;
  std::string_view policy;  // "script-src 'sha256-...'; style-src 'sha256-...'": its own, no others
};

/// That of a map, and that of several side by side; empty where the program is built without them.
extern const PageText explorer_page_text, comparison_page_text;

}  // namespace tsimcne
