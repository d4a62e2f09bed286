#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "tsimcne/explore/exhibit.hpp"

namespace tsimcne {

/// What the page is told about itself.
struct PageConfig {
  bool served = false;     // by a server, which can be asked for more
  bool placing = false;    // new images can be placed
  bool neighbors = false;  // neighbours in features are known
  bool watching = false;   // a training goes on, and the points move
  bool links = false;      // images have files of their own, to which links can point
  bool arriving = false;   // images are being decoded, and there is no map yet
  std::string map{};       // what the map is known by, as map_mark() has it
};

/// What the page may do, as the header Content-Security-Policy says it.
std::string served_policy();

/// The same as JSON, with the title.
std::string page_config(const std::string& title, const PageConfig& config);

/// The page as it is served.
std::string served_page(const std::string& title, const PageConfig& config);

/// Told what is being done, and with how many of how many images. May throw to stop.
using ExportProgress = std::function<void(const char* doing, int64_t done, int64_t total)>;

/// Writes the page with all its data as one file that needs nothing else: the map, the images as
/// thumbnails of at most 128 pixels and as small as keeps the file handy, and, of up to 100,000
/// images with known features, each one's nearest neighbours (of more than 10,000 nearly all).
void export_page(const Exhibit& exhibit, const std::filesystem::path& path,
                 const ExportProgress& progress = {});

}  // namespace tsimcne
