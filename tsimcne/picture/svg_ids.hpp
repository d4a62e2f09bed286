#pragma once

#include <string>
#include <string_view>

namespace tsimcne {

/// An SVG of cairo's whose ids of surfaces and images count from 0. Cairo numbers them through the
/// life of a program, so that the second of two equal pictures would have other bytes.
std::string number_ids(std::string_view svg);

}  // namespace tsimcne
