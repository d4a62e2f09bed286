#pragma once

#include "tsimcne/layout/row_source.hpp"
#include "tsimcne/methods/method.hpp"

namespace tsimcne {

/// The setting --on: by what numbers of its images a method that takes rows looks at them.
Setting setting_on();

/// Throws an Error where --on names what is not there.
void settle_on(Settings& settings);

/// The numbers of an input, [n, d]: its own rows; or of images the pixels, the features of the run
/// or the rows of the file that --on names. They live as long as the input. Throws an Error where
/// there are not as many rows as images.
RowSource rows_on(const Settings& settings, Input& input);

/// The same of new images: what --on names is a run, whose network makes their features.
RowSource rows_of_new(const Settings& settings, Input& input, const std::string& device,
                      const PlacingProgress& progress);

}  // namespace tsimcne
