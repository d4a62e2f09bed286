#pragma once

#include <chrono>

#include "app/fit_options.hpp"
#include "tsimcne/images/image_set.hpp"

namespace tsimcne {

/// Measures the machine, plans the epochs into the options' budget, of which the time since `start`
/// is gone, and says what was chosen. Puts the plan, and the algorithms that were found fastest,
/// into the options. Throws an Error where the budget is too small.
void plan_epochs(FitOptions& options, const ImageSet& images,
                 std::chrono::steady_clock::time_point start);

}  // namespace tsimcne
