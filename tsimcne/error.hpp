#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace tsimcne {

/// A problem that its reader can mend. what() is one sentence that names the file or option, what
/// was expected, what was found and, where it is not plain, what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Somebody who was told how far a work is has asked it to stop. All that it has done so far is in
/// order.
class Stopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws an Error with a formatted sentence.
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> sentence, Args&&... args) {
  throw Error(fmt::format(sentence, std::forward<Args>(args)...));
}

}  // namespace tsimcne
