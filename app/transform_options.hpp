#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tsimcne {

/// What `tsimcne transform` can be told.
struct TransformOptions {
  std::filesystem::path run, output;
  std::vector<std::filesystem::path> inputs;
  int threads = 0;  // 0: all cores
  std::string device = "auto";
  bool force = false;
};

}  // namespace tsimcne
