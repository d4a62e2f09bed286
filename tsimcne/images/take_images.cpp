#include <algorithm>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/pack.hpp"

namespace tsimcne {

ImageSet take_images(const ImageSet& images, std::span<const int64_t> chosen) {
  PackWriter pack("");
  const std::span<uint8_t> room = pack.make_room(std::ssize(chosen), images.side());
  ImageSet::Contents contents;
  contents.side = images.side();
  Catalog& catalog = contents.catalog;
  catalog.label_names = images.catalog().label_names;
  auto to = room.begin();
  for (const int64_t image : chosen) {
    const auto i = static_cast<size_t>(image);
    to = std::ranges::copy(images.pixels(image), to).out;
    catalog.paths.push_back(images.catalog().paths[i]);
    catalog.labels.push_back(images.catalog().labels[i]);
    catalog.splits.push_back(images.catalog().splits[i]);
  }
  images.expect_whole();
  return ImageSet(pack.finish(std::move(contents)));
}

}  // namespace tsimcne
