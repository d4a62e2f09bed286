#include "app/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace tsimcne {
namespace {

TEST(Progress, IsALineNowAndThenWhereNoTerminalIs) {
  testing::internal::CaptureStdout();
  CountProgress progress("decoding", std::chrono::seconds(1));
  progress(1, 300);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  std::this_thread::sleep_for(std::chrono::milliseconds(1050));
  testing::internal::CaptureStdout();
  progress(100, 300);
  progress(101, 300);
  const std::string said = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(said.starts_with("decoding 100 of 300 images, ")) << said;
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
}

}  // namespace
}  // namespace tsimcne
