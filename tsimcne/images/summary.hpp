#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tsimcne/images/image_set.hpp"

namespace tsimcne {

/// "60000 images of 32 x 32 pixels; 10 labels; train 50000, test 10000", the notes, and what was
/// skipped.
std::string summary(const ImageSet& images);

/// Writes the table path,reason.
void write_skipped(const std::vector<SkippedImage>& skipped, const std::filesystem::path& path);

}  // namespace tsimcne
