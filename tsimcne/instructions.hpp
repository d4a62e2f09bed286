#pragma once

#include <string>

namespace tsimcne {

/// The environment variable that holds vector instructions back, for comparisons and for tests of
/// what other machines run: "avx2" leaves out those beyond AVX2, "sse4" AVX2 too, "baseline" all
/// that not every machine has.
inline constexpr const char* instructions_variable = "TSIMCNE_INSTRUCTIONS";

/// Does as the variable says, for the project's own loops, oneDNN and libtorch; to be called before
/// any of them computes. OpenBLAS, which chooses when it is loaded, obeys in programs started from
/// this one. Throws an Error where the variable has another value.
void hold_instructions_back();

/// The best vector instructions in use: "AVX-512", "AVX2", "SSE4", "SSE2", "NEON".
std::string instructions_in_use();

}  // namespace tsimcne
