#include "app/learning/run_exhibit.hpp"

#include <memory>
#include <optional>

#include "app/fit_options.hpp"
#include "tsimcne/train/model.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

Exhibit exhibit_of(const RunFolder& run) {
  Exhibit exhibit;
  exhibit.title = run.name();
  exhibit.map = read_map(run.path(), fs::exists(run.path() / "features.npy"));
  if (fs::exists(run.pack())) exhibit.images = read_pack(run.pack());
  const fs::path input = read_config(run.config()).input;
  if (fs::is_directory(input)) exhibit.originals = input;
  return exhibit;
}

PlaceImage placing_of(const RunFolder& run) {
  if (!fs::exists(run.model())) return {};
  const auto model = std::make_shared<std::optional<Model>>();
  return [path = run.path(), model](std::string_view file) {
    if (!*model) *model = load_model(path);
    const auto* bytes = reinterpret_cast<const uint8_t*>(file.data());
    const ImageSet image =
        image_of_content({bytes, file.size()}, (*model)->side(), (*model)->fit());
    const Map placed = (*model)->transform(image);
    return Placed{placed.points.values, placed.features.values};
  };
}

}  // namespace tsimcne
