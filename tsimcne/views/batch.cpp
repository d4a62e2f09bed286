#include "tsimcne/views/batch.hpp"

#include "tsimcne/error.hpp"
#include "tsimcne/views/unpack.hpp"

namespace tsimcne {
namespace {

int64_t values_of_image(int side) {
  return int64_t{3} * side * side;
}

void check_size(std::span<float> out, int64_t expected) {
  if (std::ssize(out) != expected) {
    fail("a batch of images holds {} numbers, the room given to it {}", expected, out.size());
  }
}

}  // namespace

void fill_views(const ImageSet& images, std::span<const int64_t> batch, const ViewOptions& options,
                const ViewKey& key, int view_side, std::span<float> out) {
  const int side = images.side();
  const int64_t count = std::ssize(batch), values = values_of_image(view_side);
  check_size(out, 2 * count * values);
#pragma omp parallel for schedule(dynamic, 8)
  for (int64_t i = 0; i < 2 * count; ++i) {
    const int64_t image = batch[i % count];
    const uint32_t which = i < count ? 0 : 1;
    Random random(key.seed, Stream::views, static_cast<uint32_t>(image), 2 * key.epoch + which);
    const View view = draw_view(options, side, random);
    render_view(view, images.pixels(image), side, view_side, out.subspan(i * values, values));
  }
  images.expect_whole();
}

void fill_images(const ImageSet& images, std::span<const int64_t> batch, std::span<float> out) {
  const int side = images.side();
  const int64_t count = std::ssize(batch), values = values_of_image(side);
  check_size(out, count * values);
#pragma omp parallel for schedule(dynamic, 8)
  for (int64_t i = 0; i < count; ++i) {
    unpack_pixels(images.pixels(batch[i]), {out.data() + i * values, side, side});
  }
  images.expect_whole();
}

}  // namespace tsimcne
