#pragma once

#include <string>

#include "app/explore_options.hpp"

namespace tsimcne {

/// Opens the page where there is a desktop, and where a person is logged in from afar says how to
/// reach it.
void show_way(const std::string& address, int port, const ExploreOptions& where);

}  // namespace tsimcne
