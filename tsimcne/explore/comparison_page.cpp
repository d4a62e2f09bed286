#include "tsimcne/explore/comparison_page.hpp"

#include <nlohmann/json.hpp>

#include "tsimcne/error.hpp"
#include "tsimcne/explore/bundle.hpp"
#include "tsimcne/explore/page_file.hpp"
#include "tsimcne/files/whole_file.hpp"

namespace tsimcne {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const PageTable& table) {
  Json columns = Json::array(), rows = Json::array();
  for (const auto& [title, meaning] : table.columns) {
    columns.push_back({{"title", title}, {"meaning", meaning}});
  }
  for (const PageTable::Row& row : table.rows) {
    Json cells = Json::array();
    for (const auto& [text, best] : row.cells) cells.push_back({{"text", text}, {"best", best}});
    rows.push_back({{"name", row.name}, {"cells", cells}, {"problem", row.problem}});
  }
  return {{"first", table.first}, {"columns", columns}, {"rows", rows}, {"notes", table.notes}};
}

Json config_of(const ComparisonPage& page) {
  Json maps = Json::array();
  for (const PageMap& map : page.maps) maps.push_back({{"name", map.name}, {"figure", map.figure}});
  return {{"title", page.title}, {"table", to_json(page.table)}, {"maps", maps}};
}

/// The first map with all that is known of the images, which are the same on all.
Exhibit exhibit_of(const ComparisonPage& page) {
  if (page.maps.empty()) fail("there is no map for a page");
  Exhibit exhibit;
  exhibit.title = page.title;
  exhibit.map = *page.maps.front().map;
  exhibit.images = page.images;
  check_exhibit(exhibit);
  for (const PageMap& map : page.maps) {
    if (map.map->catalog.paths == exhibit.map.catalog.paths) continue;
    fail("the maps of {} and {} are not of the same images", page.maps.front().name, map.name);
  }
  return exhibit;
}

}  // namespace

void export_comparison(const ComparisonPage& page, const std::filesystem::path& path,
                       const ExportProgress& progress) {
  const Exhibit exhibit = exhibit_of(page);
  const std::optional<Atlas> atlas = exported_atlas(exhibit);
  PageFile file(path, comparison_page_text,
                config_of(page).dump(-1, ' ', false, Json::error_handler_t::replace));
  file.add("map", map_columns(exhibit, atlas ? &*atlas : nullptr, nullptr, {}));
  for (size_t i = 0; i < page.maps.size(); ++i) {
    file.add(fmt::format("points-{}", i), point_columns(*page.maps[i].map));
  }
  file.add("text", text_columns(exhibit));
  if (atlas) file.add(*atlas, progress);
  file.commit();
}

}  // namespace tsimcne
