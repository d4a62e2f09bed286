#include "tsimcne/network/libtorch.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tsimcne {
namespace {

TEST(Libtorch, SaysItsErrorsInASentence) {
  EXPECT_EQ(in_a_sentence([] { return 7; }), 7);
  try {
    in_a_sentence([] { torch::zeros({2, 3}).mm(torch::zeros({2, 3})); });
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("cannot be multiplied"), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace tsimcne
