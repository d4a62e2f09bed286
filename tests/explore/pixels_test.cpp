#include "tsimcne/explore/pixels.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tsimcne/error.hpp"
#include "tsimcne/images/image_set.hpp"
#include "tsimcne/random.hpp"

namespace tsimcne {
namespace {

ImageSet decoded(const std::string& jpeg, int side) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(jpeg.data());
  return image_of_content({bytes, jpeg.size()}, side, Fit::crop);
}

TEST(EncodeJpeg, WritesFilesOfAnyLength) {
  Random random(1, Stream::subset);
  for (const int side : {1, 8, 33, 300}) {
    Pixels pixels(side);
    for (uint8_t& value : pixels.values) value = static_cast<uint8_t>(random.below(256));
    const std::string noise = encode_jpeg(pixels, 100);
    EXPECT_TRUE(noise.ends_with("\xff\xd9")) << side;
    const ImageSet image = decoded(noise, side);
    for (size_t i = 0; i < pixels.values.size(); ++i) {
      ASSERT_NEAR(image.pixels(0)[i], pixels.values[i], 5) << side;
    }
  }
}

TEST(EncodeJpeg, RefusesSidesThatJpegCannotHave) {
  EXPECT_THROW(encode_jpeg(Pixels(0), 75), Error);
  Pixels pixels(1);
  for (const int side : {65501, 1 << 30, -1}) {
    pixels.side = side;
    EXPECT_THROW(encode_jpeg(pixels, 75), Error) << side;
  }
}

}  // namespace
}  // namespace tsimcne
