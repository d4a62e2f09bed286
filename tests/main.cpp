// Runs the tests of a room. TSIMCNE_INSTRUCTIONS holds vector instructions back, so that one
// machine tests what others run.

#include <gtest/gtest.h>

#include <cstdio>

#include "tsimcne/error.hpp"
#include "tsimcne/instructions.hpp"

int main(int argc, char** argv) {
  try {
    tsimcne::hold_instructions_back();
  } catch (const tsimcne::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
