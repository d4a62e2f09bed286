// Runs the tests of a room. The environment variable TSIMCNE_TEST_TARGETS leaves vector
// instructions out, so that one machine tests what others run: "avx2" those beyond AVX2, "sse4"
// AVX2 too, "baseline" (or "sse2") all that not every machine has.

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace {

std::optional<int64_t> left_out_for(std::string_view targets) {
  constexpr int64_t beyond_avx2 = HWY_AVX3 | HWY_AVX3_DL;
  if (targets.empty()) return 0;
  if (targets == "avx2") return beyond_avx2;
  if (targets == "sse4") return beyond_avx2 | HWY_AVX2;
  if (targets == "baseline" || targets == "sse2") {
    return beyond_avx2 | HWY_AVX2 | HWY_SSE4 | HWY_SSSE3;
  }
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  const char* variable = std::getenv("TSIMCNE_TEST_TARGETS");
  const std::string_view targets = variable == nullptr ? "" : variable;
  const std::optional<int64_t> left_out = left_out_for(targets);
  if (!left_out) {
    std::fprintf(stderr, "TSIMCNE_TEST_TARGETS is \"%s\"; it can be avx2, sse4, sse2 or baseline\n",
                 variable);
    return 2;
  }
  if (*left_out != 0) hwy::DisableTargets(*left_out);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
