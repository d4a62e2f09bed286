#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tsimcne {

/// How a child ended, and what it took.
struct ChildEnd {
  int status = 0;          // its exit status; minus the signal that ended it
  double seconds = 0;      // from its start to its end
  int64_t memory = 0;      // bytes, at most
  std::string sentence{};  // what it said was wrong, or how it ended; "" where all is well
};

/// Runs this program once more, with these arguments, as a process of its own, and waits for it.
/// What it says is seen as if it ran alone. A request to stop is passed on to it once, and should
/// this process die, it is asked to stop. `meanwhile` is called every few seconds with the seconds
/// since its start. Throws an Error where it cannot be started.
ChildEnd run_child(const std::vector<std::string>& arguments,
                   const std::function<void(double seconds)>& meanwhile);

}  // namespace tsimcne
