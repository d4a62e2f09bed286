#include "app/learning/run_exhibit.hpp"

#include <memory>
#include <optional>

#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/run/run_settings.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

Exhibit exhibit_of(const RunFolder& run) {
  require_map(run.path());
  Exhibit exhibit;
  exhibit.title = run.name();
  exhibit.map = read_map(run.path(), /*with_features=*/true);
  if (fs::exists(run.pack())) exhibit.images = read_pack(run.pack());
  const fs::path input = read_config(run.config()).path("input");
  if (fs::is_directory(input)) exhibit.originals = input;
  return exhibit;
}

PlaceImage placing_of(const RunFolder& run) {
  const bool of_rows = is_number_rows(read_config(run.config()).path("input"));
  if (!fs::exists(run.model()) || of_rows) return {};
  const auto placing = std::make_shared<std::unique_ptr<Placing>>();
  return [path = run.path(), config = run.config(), placing](std::string_view file) {
    if (!*placing) *placing = load_placing(path, read_config(config), "auto");
    const auto* bytes = reinterpret_cast<const uint8_t*>(file.data());
    ImageSet image = image_of_content({bytes, file.size()}, (*placing)->side(), (*placing)->fit());
    Catalog catalog = image.catalog();
    const Map placed = (*placing)->transform({std::move(image), nullptr, std::move(catalog)});
    return Placed{placed.points.values, placed.features.values};
  };
}

}  // namespace tsimcne
