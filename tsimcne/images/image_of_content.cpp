#include "tsimcne/images/decode.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/images/pack.hpp"

namespace tsimcne {

ImageSet image_of_content(std::span<const uint8_t> content, int side, Fit fit) {
  FoundImage found;
  found.bytes.assign(content.begin(), content.end());
  PackWriter pack("");
  const Shape shape = decode_image(found, side, fit, pack.make_room(1, side));
  ImageSet::Contents contents;
  contents.side = side;
  contents.catalog.paths = {""};
  contents.catalog.labels = {-1};
  contents.catalog.splits = {Split::none};
  contents.original_sizes = {{shape.width, shape.height, 1}};
  return ImageSet(pack.finish(std::move(contents)));
}

}  // namespace tsimcne
