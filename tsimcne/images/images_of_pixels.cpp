#include "tsimcne/error.hpp"
#include "tsimcne/images/contents.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/pack.hpp"

namespace tsimcne {

ImageSet images_of_pixels(std::span<const uint8_t> pixels, int side,
                          std::shared_ptr<const void> owner, Catalog catalog) {
  if (side < 1 || side > most_side)
    fail("images have a side of 1 to {} pixels, not {}", most_side, side);
  const size_t stride = static_cast<size_t>(side) * static_cast<size_t>(side) * 3;
  if (pixels.empty() || pixels.size() % stride != 0) {
    fail("{} bytes are no whole number of images of {} x {} x 3", pixels.size(), side, side);
  }
  const size_t n = pixels.size() / stride;
  if (catalog.size() == 0) {
    for (size_t i = 0; i < n; ++i) catalog.paths.push_back(fmt::format("image {}", i + 1));
    catalog.labels.assign(n, -1);
    catalog.splits.resize(n);
  }
  if (catalog.paths.size() != n || catalog.labels.size() != n || catalog.splits.size() != n) {
    fail("a catalog of {} images was given for {}", catalog.size(), n);
  }
  Fingerprint all;
  for (size_t i = 0; i < n; ++i)
    all.add(Fingerprint().add(pixels.subspan(i * stride, stride)).value());
  ImageSet::Contents contents;
  contents.owner = std::move(owner);
  contents.pixels = pixels;
  contents.side = side;
  contents.original_sizes = {{side, side, static_cast<int64_t>(n)}};
  contents.fingerprint = fingerprint_of(catalog, side, all);
  contents.catalog = std::move(catalog);
  return ImageSet(std::make_shared<const ImageSet::Contents>(std::move(contents)));
}

}  // namespace tsimcne
