#include "tsimcne/instructions.hpp"

#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tsimcne/error.hpp"

namespace tsimcne {
namespace {

// Of two targets of a processor Highway gives the better one the lower bit.
constexpr int64_t beyond_avx2 = HWY_AVX2 - 1;
constexpr int64_t beyond_sse4 = HWY_SSE4 - 1;
constexpr int64_t beyond_sse2 = HWY_SSSE3 * 2 - 1;

/// A value of the variable, and what the libraries call it.
struct Level {
  std::string_view name;
  int64_t left_out;  // Highway's targets
  const char *onednn, *aten, *openblas;
};

constexpr std::array<Level, 3> levels = {{{"avx2", beyond_avx2, "AVX2", "avx2", "Haswell"},
                                          {"sse4", beyond_sse4, "SSE41", "default", "Nehalem"},
                                          {"baseline", beyond_sse2, "SSE41", "default", "Core2"}}};

}  // namespace

void hold_instructions_back() {
  const char* const value = std::getenv(instructions_variable);
  if (value == nullptr || *value == '\0') return;
  const auto level = std::ranges::find(levels, std::string_view(value), &Level::name);
  if (level == levels.end()) {
    fail("{} is \"{}\"; it can be avx2, sse4 or baseline", instructions_variable, value);
  }
  hwy::DisableTargets(level->left_out);
  ::setenv("ONEDNN_MAX_CPU_ISA", level->onednn, /*overwrite=*/1);
  ::setenv("ATEN_CPU_CAPABILITY", level->aten, /*overwrite=*/1);
  ::setenv("OPENBLAS_CORETYPE", level->openblas, /*overwrite=*/1);
}

std::string instructions_in_use() {
  const int64_t targets = hwy::SupportedTargets();
  if ((targets & beyond_avx2) != 0) return "AVX-512";
  if ((targets & HWY_AVX2) != 0) return "AVX2";
  if ((targets & beyond_sse2) != 0) return "SSE4";
  return (targets & HWY_NEON) != 0 ? "NEON" : "no vector instructions beyond the processor's base";
}

}  // namespace tsimcne
