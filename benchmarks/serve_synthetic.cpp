// Serves an explorer of synthetic images, to see how the page fares with very many of them:
//   serve_synthetic [images, 1000000]
// prints the address; explorer/tests/speed.mjs asks there.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tsimcne/explore/server.hpp"
#include "tsimcne/images/pack.hpp"
#include "tsimcne/random.hpp"

namespace {

using namespace tsimcne;

constexpr int side = 16;
constexpr int classes = 50;

/// Round clusters of many sizes, in as many classes.
Exhibit synthetic_exhibit(int64_t count) {
  PackWriter pack("");
  const std::span<uint8_t> pixels = pack.make_room(count, side);
  ImageSet::Contents contents;
  contents.side = side;
  Catalog& catalog = contents.catalog;
  for (int c = 0; c < classes; ++c) catalog.label_names.push_back(fmt::format("class {}", c));
  Exhibit exhibit;
  exhibit.title = fmt::format("{} synthetic images", count);
  exhibit.map.points = Matrix(count, 2);
  Random random(0, Stream::subset);
  const auto uniform = [&] {
    return (static_cast<float>(random.below(1 << 24)) + 0.5f) / (1 << 24);
  };
  for (int64_t i = 0; i < count; ++i) {
    const auto label = static_cast<int32_t>(random.below(classes));
    const float radius = (1 + static_cast<float>(label % 5)) * std::sqrt(-2 * std::log(uniform()));
    const float turn = 6.2831853f * uniform(), place = static_cast<float>(label) * 2.4f;
    const float far = 8 * std::sqrt(static_cast<float>(label));
    exhibit.map.points.row(i)[0] = far * std::cos(place) + radius * std::cos(turn);
    exhibit.map.points.row(i)[1] = far * std::sin(place) + radius * std::sin(turn);
    const auto grey = static_cast<uint8_t>(40 + 4 * label);
    std::ranges::fill(pixels.subspan(static_cast<size_t>(i) * side * side * 3, side * side * 3),
                      grey);
    catalog.paths.push_back(fmt::format("class {}/{:07}.png", label, i));
    catalog.labels.push_back(label);
    catalog.splits.push_back(Split::none);
  }
  exhibit.map.catalog = catalog;
  exhibit.images = ImageSet(pack.finish(std::move(contents)));
  return exhibit;
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t count = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
  Server server(synthetic_exhibit(count), {});
  fmt::print("The map is at {}\n", server.address());
  std::fflush(stdout);
  server.serve();
}
