#pragma once

#include <cstdint>
#include <span>

#include "tsimcne/images/image_set.hpp"
#include "tsimcne/views/view.hpp"

namespace tsimcne {

/// Where in training a batch stands; together with the image it fixes every random number.
struct ViewKey {
  uint64_t seed = 0;
  uint32_t epoch = 0;  // counted through all stages
};

/// Fills `out` with two views of each of the b images `batch`: 2b images of 3 planes of
/// view_side x view_side floats in [0, 1], first all first views, then all second ones. Uses all
/// OpenMP threads; the result depends on the key and the images alone.
void fill_views(const ImageSet& images, std::span<const int64_t> batch, const ViewOptions& options,
                const ViewKey& key, int view_side, std::span<float> out);

/// Fills `out` with the images themselves: b images of 3 planes of side x side floats in [0, 1].
void fill_images(const ImageSet& images, std::span<const int64_t> batch, std::span<float> out);

}  // namespace tsimcne
