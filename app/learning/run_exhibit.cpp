#include "app/learning/run_exhibit.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "tsimcne/map/number_rows.hpp"
#include "tsimcne/methods/method.hpp"
#include "tsimcne/run/run_settings.hpp"

namespace tsimcne {

namespace fs = std::filesystem;

namespace {

void append(Matrix& rows, const Matrix& more) {
  rows.values.insert(rows.values.end(), more.values.begin(), more.values.end());
  rows.rows += more.rows;
}

/// Images as a subject of a sentence.
std::string counted(int64_t images) {
  return fmt::format("{} image{}", images, images == 1 ? "" : "s");
}

}  // namespace

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

Exhibit with_changes(Exhibit exhibit, const Changes& changes, const RunFolder& run) {
  if (!changes.added && changes.gone.empty()) return exhibit;
  std::vector<std::string> states(static_cast<size_t>(exhibit.map.size()));
  for (const int64_t image : changes.gone) states[static_cast<size_t>(image)] = "gone";
  std::string note;
  if (changes.added) {
    const ImageSet& added = *changes.added;
    const auto placing = load_placing(run.path(), read_config(run.config()), "auto");
    const Map placed = placing->transform({added, nullptr, added.catalog()});
    append(exhibit.map.points, placed.points);
    if (exhibit.map.features.cols == placed.features.cols) {
      append(exhibit.map.features, placed.features);
    } else {
      exhibit.map.features = {};
    }
    exhibit.images = join_images(exhibit.images.value(), added);
    exhibit.map.catalog = exhibit.images->catalog();
    states.resize(static_cast<size_t>(added.size()) + states.size(), "new");
    note = fmt::format("{} {} new since the map was made, and placed on it", counted(added.size()),
                       added.size() == 1 ? "is" : "are");
  }
  if (!changes.gone.empty()) {
    const int64_t gone = std::ssize(changes.gone);
    note += fmt::format("{}{} {} gone", note.empty() ? "" : "; ", counted(gone),
                        gone == 1 ? "is" : "are");
  }
  exhibit.map.note = note;
  exhibit.metadata.push_back(category_column("since the map was made", states));
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
