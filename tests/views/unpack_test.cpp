#include "tsimcne/views/unpack.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/views/plain_view.hpp"

namespace tsimcne {
namespace {

TEST(Unpack, TakesEveryCountOfPixelsApartAndTouchesNothingElse) {
  constexpr int room = 80;
  for (int count = 0; count <= 67; ++count) {
    const std::vector<uint8_t> bytes = plain::random_bytes(3 * count, count);
    std::vector<float> out(3 * room, -1.0f);
    unpack_pixels(bytes, {out.data(), 1, room});
    for (int i = 0; i < 3 * room; ++i) {
      const int c = i / room, x = i % room;
      EXPECT_EQ(out[i], x < count ? bytes[3 * x + c] * (1 / 255.0f) : -1.0f) << count;
    }
  }
}

}  // namespace
}  // namespace tsimcne
