#pragma once

#include <filesystem>

#include "tsimcne/network/backbone.hpp"

namespace tsimcne {

/// Copies pretrained weights into a backbone, from a safetensors file (F32 or F64) whose tensors
/// are named as torchvision names them, or as the backbone does. What a classifier had on top (fc,
/// classifier, heads) and counts of batches are left aside. Throws an Error that names the file and
/// lists what is missing, what the backbone has not, and what has another shape; the backbone is
/// then as it was.
void load_weights(const std::filesystem::path& path, Backbone& backbone);

}  // namespace tsimcne
