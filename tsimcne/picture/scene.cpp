#include "tsimcne/picture/scene.hpp"

#include <algorithm>

#include "tsimcne/random.hpp"

namespace tsimcne {

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
