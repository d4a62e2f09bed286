#pragma once

#include <string>

namespace tsimcne {

/// Opens the address where there is a desktop that says how; elsewhere nothing happens.
void open_browser(const std::string& address);

}  // namespace tsimcne
