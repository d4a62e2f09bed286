#include "tsimcne/methods/algorithm_cache.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

using Json = nlohmann::json;

/// Empty where the user has no place for caches.
std::filesystem::path cache_file() {
  std::filesystem::path folder;
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache != '\0') {
    folder = cache;
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    folder = std::filesystem::path(home) / ".cache";
  }
  return folder.is_absolute() ? folder / "tsimcne" / "algorithms.json" : std::filesystem::path();
}

/// {machine: {work: algorithm}}; whatever else the file holds is no loss.
Json read_cache() {
  std::ifstream file(cache_file());
  const Json cache = Json::parse(file, /*callback=*/nullptr, /*allow_exceptions=*/false);
  const bool sound = cache.is_object() && std::ranges::all_of(cache, [](const Json& choices) {
                       return choices.is_object() && std::ranges::all_of(choices, &Json::is_string);
                     });
  return sound ? cache : Json::object();
}

}  // namespace

std::string read_algorithm_cache() {
  const Json cache = read_cache();
  return cache.empty() ? "" : cache.dump();
}

void add_to_algorithm_cache(const std::string& algorithms) {
  if (algorithms.empty() || cache_file().empty()) return;
  Json cache = read_cache();
  cache.merge_patch(Json::parse(algorithms));
  std::error_code failed;
  std::filesystem::create_directories(cache_file().parent_path(), failed);
  if (failed) return;
  try {
    write_whole_file(cache_file(), cache.dump(2) + "\n");
  } catch (const Error&) {
  }
}

}  // namespace tsimcne
