#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tsimcne {

/// What random numbers are drawn for; two purposes never share numbers.
enum class Stream : uint32_t {
  views = 1,
  order = 2,
  weights = 3,
  subset = 4,
  division = 5,
  drawing = 6,
  layers = 7,
  neighbors = 8,
  dictionary = 9,
  kept_views = 10,
  layout = 11
};

/// Random numbers from a counter (Philox 4x32-10; Salmon et al., "Parallel random numbers: as easy
/// as 1, 2, 3", SC 2011): a value depends on the key and on how many were drawn before it, never on
/// threads or on other generators. Give every image, view and epoch a generator of its own.
class Random {
 public:
  explicit Random(uint64_t seed, Stream stream, uint32_t a = 0, uint32_t b = 0);

  uint32_t bits();
  /// In [0, 1), 32 random bits.
  double uniform();
  double uniform(double low, double high);
  /// True with the given probability.
  bool chance(double probability);
  /// Uniform in 0 .. count - 1, without bias; count in 1 .. 2^32 - 1.
  uint32_t below(uint32_t count);

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  int used_ = 4;
};

/// The numbers 0 .. count - 1 in random order.
std::vector<int64_t> random_order(int64_t count, Random& random);

}  // namespace tsimcne
