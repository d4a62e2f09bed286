#pragma once

#include <filesystem>
#include <string>

namespace tsimcne {

/// What `tsimcne explore` can be told.
struct ExploreOptions {
  std::filesystem::path run, metadata, output;
  std::string host = "127.0.0.1", public_address;
  int port = 0;     // 0: a free one
  int threads = 0;  // 0: all cores
  bool no_browser = false;
  bool force = false;
};

}  // namespace tsimcne
