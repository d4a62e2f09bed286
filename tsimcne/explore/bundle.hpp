#pragma once

#include <string_view>

namespace tsimcne {

// The explorer's page, which the build makes from explorer/: one HTML text, cut where the data go
// in. `page_head` holds <!--policy--> once, where a policy may stand as a <meta>.
extern const std::string_view page_head, page_tail;

/// "script-src 'sha256-...'; style-src 'sha256-...'": the page's own script and style, no others.
extern const std::string_view page_policy;

}  // namespace tsimcne
