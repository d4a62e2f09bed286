#include "tsimcne/picture/scene.hpp"

#include <algorithm>
#include <cmath>

#include "tsimcne/error.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {

void check_drawable(const Map& map) {
  if (map.size() == 0) fail("the map has no points to draw");
  if (map.points.cols != 2 && map.points.cols != 3) {
    fail("the map has {} dimensions; expected 2 or 3", map.points.cols);
  }
  if (std::ssize(map.catalog.labels) != map.size()) {
    fail("the map has {} points and {} labels; expected as many", map.size(),
         map.catalog.labels.size());
  }
  for (const int32_t label : map.catalog.labels) {
    if (label >= std::ssize(map.catalog.label_names)) {
      fail("the map has a label {} and {} names of labels", label, map.catalog.label_names.size());
    }
  }
  if (!std::ranges::all_of(map.points.values, [](float x) { return std::isfinite(x); })) {
    fail("the map has coordinates that are not finite numbers and cannot be drawn");
  }
}

std::vector<int64_t> drawing_order(const Scene& scene) {
  Random random(scene.seed, Stream::drawing);
  std::vector<int64_t> order = random_order(scene.map.size(), random);
  if (scene.map.points.cols == 3) {
    std::ranges::stable_sort(
        order, {}, [&](int64_t i) { return scene.places[static_cast<size_t>(i)].nearness; });
  }
  std::ranges::stable_partition(order, [&](int64_t i) {
    return !scene.classes.shows(scene.map.catalog.labels[static_cast<size_t>(i)]);
  });
  return order;
}

}  // namespace tsimcne
