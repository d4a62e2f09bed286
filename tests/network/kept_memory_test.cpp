#include "tsimcne/network/kept_memory.hpp"

#include <gtest/gtest.h>

namespace tsimcne {
namespace {

constexpr int64_t mebi = 1 << 20;  // floats

TEST(KeptMemory, IsGivenAgainToWhoAsksForAsMuch) {
  const auto memory = std::make_shared<KeptMemory>();
  const void* const first = memory->tensor({16 * mebi}).data_ptr();
  EXPECT_EQ(memory->tensor({15 * mebi}).data_ptr(), first);
  EXPECT_EQ(memory->tensor({16 * mebi}).data_ptr(), first);
}

TEST(KeptMemory, OfMuchIsNotGivenForLittle) {
  const auto memory = std::make_shared<KeptMemory>();
  const void* const large = memory->tensor({64 * mebi}).data_ptr();
  const torch::Tensor little = memory->tensor({mebi});
  EXPECT_NE(little.data_ptr(), large);
  EXPECT_EQ(memory->tensor({64 * mebi}).data_ptr(), large);
}

}  // namespace
}  // namespace tsimcne
