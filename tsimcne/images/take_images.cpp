#include <algorithm>
#include <memory>

#include "tsimcne/error.hpp"
#include "tsimcne/images/contents.hpp"
#include "tsimcne/images/image_set.hpp"

namespace tsimcne {

ImageSet take_images(const ImageSet& images, std::span<const int64_t> chosen) {
  ImageSet::Contents contents;
  contents.side = images.side();
  contents.others.push_back(images);
  Catalog& catalog = contents.catalog;
  catalog.label_names = images.catalog().label_names;
  for (const int64_t image : chosen) {
    const auto i = static_cast<size_t>(image);
    contents.elsewhere.push_back(images.pixels(image));
    catalog.paths.push_back(images.catalog().paths[i]);
    catalog.labels.push_back(images.catalog().labels[i]);
    catalog.splits.push_back(images.catalog().splits[i]);
  }
  return ImageSet(std::make_shared<const ImageSet::Contents>(std::move(contents)));
}

ImageSet join_images(const ImageSet& first, const ImageSet& second) {
  if (first.side() != second.side()) {
    fail("images of {0} x {0} and of {1} x {1} pixels are no one set", first.side(), second.side());
  }
  ImageSet::Contents contents;
  contents.side = first.side();
  contents.others = {first, second};
  Catalog& catalog = contents.catalog;
  std::vector<std::string> names;
  for (const ImageSet& images : contents.others) {
    for (int64_t i = 0; i < images.size(); ++i) {
      contents.elsewhere.push_back(images.pixels(i));
      names.push_back(images.catalog().label_name(i));
    }
    std::ranges::copy(images.catalog().paths, std::back_inserter(catalog.paths));
    std::ranges::copy(images.catalog().splits, std::back_inserter(catalog.splits));
  }
  set_labels(catalog, names);
  return ImageSet(std::make_shared<const ImageSet::Contents>(std::move(contents)));
}

}  // namespace tsimcne
