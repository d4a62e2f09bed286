#include "tsimcne/explore/page.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tsimcne/explore/bundle.hpp"
#include "tsimcne/explore/page_file.hpp"
#include "tsimcne/graph/many_neighbors.hpp"

namespace tsimcne {
namespace {

constexpr int64_t neighbors_exported = 10;
constexpr int64_t most_with_neighbors = 100'000;
constexpr int64_t most_searched_exactly = 10'000;  // in quadratic time

bool exports_neighbors(const Map& map) {
  return !map.features.empty() && map.size() > 1 && map.size() <= most_with_neighbors;
}

/// Each image's nearest others in features, found for some thousand images at a time; of very many
/// images by cells, which finds nearly all of them, in a fraction of the time.
Neighbors find_with_progress(const Matrix& features, const ExportProgress& progress) {
  if (features.rows > most_searched_exactly) {
    if (progress) progress("finding the neighbours of", 0, features.rows);
    return neighbors_by_cells(features, neighbors_exported, /*seed=*/0);
  }
  constexpr int64_t at_once = 4096;
  Neighbors all;
  all.queries = features.rows;
  all.k = std::min(neighbors_exported, features.rows - 1);
  for (int64_t done = 0; done < features.rows;) {
    const int64_t count = std::min(at_once, features.rows - done);
    const MatrixView queries(features.row(done).data(), count, features.cols);
    std::vector<int64_t> themselves(static_cast<size_t>(count));
    std::iota(themselves.begin(), themselves.end(), done);
    const Neighbors found = find_neighbors(queries, features, all.k, themselves);
    all.indices.insert(all.indices.end(), found.indices.begin(), found.indices.end());
    done += count;
    if (progress) progress("finding the neighbours of", done, features.rows);
  }
  return all;
}

}  // namespace

std::string served_policy() {
  return policy_of(explorer_page_text, "'self'") +
         "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

std::string page_config(const std::string& title, const PageConfig& config) {
  using Json = nlohmann::ordered_json;
  return Json{{"served", config.served},     {"title", title},
              {"placing", config.placing},   {"neighbors", config.neighbors},
              {"watching", config.watching}, {"links", config.links},
              {"arriving", config.arriving}, {"map", config.map}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string served_page(const std::string& title, const PageConfig& config) {
  return head_of(explorer_page_text, "", page_config(title, config)) +
         std::string(explorer_page_text.tail);
}

void export_page(const Exhibit& exhibit, const std::filesystem::path& path,
                 const ExportProgress& progress) {
  check_exhibit(exhibit);
  const std::optional<Atlas> atlas = exported_atlas(exhibit);
  std::optional<Neighbors> neighbors;
  if (exports_neighbors(exhibit.map)) {
    neighbors = find_with_progress(exhibit.map.features, progress);
  }
  PageFile file(
      path, explorer_page_text,
      page_config(exhibit.title, {.neighbors = neighbors.has_value(), .map = map_mark(exhibit)}));
  file.add("map",
           map_columns(exhibit, atlas ? &*atlas : nullptr, neighbors ? &*neighbors : nullptr, {}));
  file.add("text", text_columns(exhibit));
  if (atlas) file.add(*atlas, progress);
  file.commit();
}

}  // namespace tsimcne
