#pragma once

#include <chrono>
#include <string>

namespace tsimcne {

double seconds_between(std::chrono::steady_clock::time_point from,
                       std::chrono::steady_clock::time_point to);

/// "3m 20s", "2h 05m", "6 days".
std::string duration(double seconds);

}  // namespace tsimcne
