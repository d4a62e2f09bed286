#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include "app/progress.hpp"
#include "tsimcne/methods/method.hpp"

namespace tsimcne {

/// Shows how a map comes about: on a terminal one live line, and everywhere a line an epoch, of
/// short epochs one a second.
class FitProgress {
 public:
  /// Prints what it hears, and throws Stopped where the program is asked to stop.
  Listener listener();
  /// The same of a map that is written out because the program was asked to stop.
  Listener listener_at_end();

  /// To be called whenever the method has advanced.
  void show(const Method& method);

 private:
  void clear();

  LiveLine line_;
  std::map<std::string, CountProgress, std::less<>> counts_;
  size_t epochs_ = 0;                                // that are told
  std::chrono::steady_clock::time_point printed_{};  // the last line of one
};

}  // namespace tsimcne
