#include "tsimcne/random.hpp"

#include <numeric>
#include <utility>

namespace tsimcne {
namespace {

using Block = std::array<uint32_t, 4>;

Block philox_4x32_10(Block c, std::array<uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53} * c[0];
    const uint64_t p1 = uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<uint32_t>(p0)};
    k[0] += 0x9E3779B9;
    k[1] += 0xBB67AE85;
  }
  return c;
}

}  // namespace

Random::Random(uint64_t seed, Stream stream, uint32_t a, uint32_t b)
    : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
      counter_{0, a, b, static_cast<uint32_t>(stream)} {}

uint32_t Random::bits() {
  if (used_ == 4) {
    block_ = philox_4x32_10(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[static_cast<size_t>(used_++)];
}

double Random::uniform() {
  return bits() * 0x1p-32;
}

double Random::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

bool Random::chance(double probability) {
  return uniform() < probability;
}

uint32_t Random::below(uint32_t count) {
  // Lemire, "Fast random integer generation in an interval", 2019.
  uint64_t product = uint64_t{bits()} * count;
  if (static_cast<uint32_t>(product) < count) {
    const uint32_t threshold = (0u - count) % count;
    while (static_cast<uint32_t>(product) < threshold) product = uint64_t{bits()} * count;
  }
  return static_cast<uint32_t>(product >> 32);
}

std::vector<int64_t> random_order(int64_t count, Random& random) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), int64_t{0});
  for (size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random.below(static_cast<uint32_t>(i))]);
  }
  return order;
}

}  // namespace tsimcne
