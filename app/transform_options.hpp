#pragma once

#include <filesystem>
#include <string>

namespace tsimcne {

/// What `tsimcne transform` can be told.
struct TransformOptions {
  std::filesystem::path run, input, output;
  int threads = 0;  // 0: all cores
  std::string device = "auto";
  bool force = false;
};

}  // namespace tsimcne
