#pragma once

#include "tsimcne/measure/report.hpp"

namespace tsimcne {

/// Adds what can be measured of a map by its labels, and why the rest cannot. Its parts are finite.
void measure_by_labels(const Map& map, const ReportOptions& options, Report& report);

}  // namespace tsimcne
